package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.database.PostgresFixture;
import io.muster.runtime.database.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final List<String> CLASS_PATH =
      Pattern.compile(File.pathSeparator)
          .splitAsStream(System.getProperty("java.class.path"))
          .toList();

  private final Path directory = PostgresFixture.newDirectory();

  @AfterEach
  void delete() throws IOException {
    PostgresFixture.delete(directory);
  }

  @Test
  void choose_normalUser_isHimself() throws IOException {
    assumeTrue(!isRoot(), "runs as root");

    assertThat(choice().prefix()).isEmpty();
  }

  @Test
  void choose_root_isAnotherUser() throws IOException {
    assumeTrue(isRoot() && has("setpriv", "--version"), "needs root and setpriv");

    var account = choice();

    assertThat(account.prefix()).first().isEqualTo("setpriv");
    assertThat(account.owner()).get().matches(owner -> !owner.isRoot());
    assertThat(account.command(directory, "id", "-u").require(LIMIT)).isNotEqualTo("0");
  }

  @Test
  void choose_rootOnADirectoryOfAUser_isThatUser() throws IOException {
    assumeTrue(isRoot() && has("setpriv", "--version"), "needs root and setpriv");
    var nobody = idOf("nobody");
    new Ownership(nobody, nobody).give(directory);

    assertThat(choice().description()).isEqualTo("user nobody");
  }

  @Test
  void choose_rootWhereNoUserCanPass_isANamespace() throws IOException {
    assumeTrue(isRoot() && has("unshare", "-U", "true"), "needs root and user namespaces");
    close(directory);

    assertThat(choice().prefix()).first().isEqualTo("unshare");
  }

  @Test
  void start_rootWhereNoUserCanPass_runsAndStopsInANamespace() throws IOException {
    assumeTrue(isRoot() && has("unshare", "-U", "true"), "needs root and user namespaces");
    close(directory);
    var postgres = PostgresFixture.server(directory);

    postgres.start();
    postgres.stop();
    postgres.start();
    postgres.stop();

    assertThat(Ownership.of(directory.resolve("database-17")).isRoot()).isTrue();
  }

  @Test
  void start_normalUserInHisDirectory_needsNoRoot() throws Exception {
    assumeTrue(isRoot() && has("setpriv", "--version"), "needs root to become somebody else");
    var nobody = idOf("nobody");
    var home = Files.createDirectory(directory.resolve("home"));
    new Ownership(nobody, nobody).give(home);
    var prefix =
        List.of("setpriv", "--reuid=" + nobody, "--regid=" + nobody, "--clear-groups", "--");

    var child = ServerProcess.start(prefix, copiedClassPath(), home, home);
    child.getOutputStream().close();

    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    for (var path : Ownership.tree(home)) {
      assertThat(Ownership.of(path).uid()).as(path.toString()).isEqualTo(nobody);
    }
  }

  @Test
  void start_longAndOddPath_works() throws IOException {
    var odd = directory.resolve("it's a, long 'path' ".repeat(6).strip());
    var postgres = PostgresFixture.server(odd);

    var options = postgres.start();
    postgres.stop();

    assertThat(options.getHost()).hasSizeLessThan(104);
    assertThat(Path.of(options.getHost())).doesNotExist();
  }

  private ServerAccount choice() throws IOException {
    return new AccountChoice(directory, directory.resolve("database-17")).choose();
  }

  /** The class path's own places may be closed to other users. */
  private String copiedClassPath() throws IOException {
    var copies = new ArrayList<String>();
    for (var entry : CLASS_PATH) {
      var copy =
          directory.resolve("class-path-" + copies.size() + (entry.endsWith(".jar") ? ".jar" : ""));
      copies.add(copy.toString());
      copyTree(Path.of(entry), copy);
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    for (var path : Ownership.tree(from)) {
      var target = to.resolve(from.relativize(path).toString());
      Files.copy(path, target);
      var mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
    }
  }

  private static int idOf(String user) throws IOException {
    return Integer.parseInt(new Command(List.of("id", "-u", user), Path.of("/")).require(LIMIT));
  }

  private static void close(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  private static boolean isRoot() throws IOException {
    return new Command(List.of("id", "-u"), Path.of("/")).require(LIMIT).equals("0");
  }

  private static boolean has(String... words) {
    try {
      return new Command(List.of(words), Path.of("/")).run(LIMIT).succeeded();
    } catch (IOException e) {
      return false;
    }
  }
}
