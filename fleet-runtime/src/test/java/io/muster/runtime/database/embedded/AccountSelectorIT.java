package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.database.EmbeddedPostgresMain;
import io.muster.runtime.database.PostgresFixture;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AccountSelectorIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
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
  void select_normalUser_isTheCurrentUser() throws IOException {
    assumeTrue(!isRoot(), "runs as root");

    assertThat(selectAccount().commandPrefix()).isEmpty();
  }

  @Test
  void select_root_isAnotherUser() throws IOException {
    assumeTrue(isRoot() && succeeds("setpriv", "--version"), "needs root and setpriv");

    var account = selectAccount();

    assertThat(account.commandPrefix()).first().isEqualTo("setpriv");
    assertThat(account.owner()).get().matches(owner -> !owner.isRoot());
    assertThat(account.command(directory, "id", "-u").runOrFail(TIMEOUT)).isNotEqualTo("0");
  }

  @Test
  void select_rootOnADirectoryOfAUser_isThatUser() throws IOException {
    assumeTrue(isRoot() && succeeds("setpriv", "--version"), "needs root and setpriv");
    var nobodyId = idOf("nobody");
    new FileOwner(nobodyId, nobodyId).assignTo(directory);

    assertThat(selectAccount().description()).isEqualTo("user nobody");
  }

  @Test
  void select_rootWhereNoUserHasAccess_isAUserNamespace() throws IOException {
    assumeTrue(isRoot() && succeeds("unshare", "-U", "true"), "needs root and user namespaces");
    var data = Files.createDirectory(directory.resolve("data"));
    makePrivate(data);
    makePrivate(directory);

    var account = new AccountSelector(data, data.resolve("database-17")).select();

    assertThat(account.commandPrefix()).first().isEqualTo("unshare");
    assertThat(mode(data)).isEqualTo("rwx------");
    assertThat(FileOwner.of(data)).isEqualTo(new FileOwner(0, 0));
  }

  @Test
  void select_rootOnAPrivateDirectory_letsTheGroupOfTheAccountPass() throws IOException {
    assumeTrue(isRoot() && succeeds("setpriv", "--version"), "needs root and setpriv");
    makePrivate(directory);

    var account = selectAccount();

    assertThat(account.commandPrefix()).first().isEqualTo("setpriv");
    assertThat(mode(directory)).isEqualTo("rwx--x---");
    var group = account.owner().orElseThrow().gid();
    assertThat(FileOwner.of(directory)).isEqualTo(new FileOwner(0, group));
    assertThat(selectAccount()).isEqualTo(account);
  }

  @Test
  void command_ofTheAccount_seesNoVariableOfThisProgram() throws Exception {
    var child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            String.join(File.pathSeparator, CLASS_PATH),
            EnvironmentMain.class.getName());
    child.environment().put("MUSTER_API_TOKEN", "geheim");
    child.environment().put("PGPASSWORD", "geheim");

    var output = new String(child.start().getInputStream().readAllBytes(), UTF_8);

    assertThat(output).contains("LC_ALL=C").doesNotContain("geheim");
  }

  @Tag("slow")
  @Test
  void start_rootWhereNoUserHasAccess_runsInAUserNamespace() throws IOException {
    assumeTrue(isRoot() && succeeds("unshare", "-U", "true"), "needs root and user namespaces");
    makePrivate(directory);
    var data = Files.createDirectory(directory.resolve("data"));
    var postgres = PostgresFixture.server(data);

    postgres.start();
    postgres.stop();
    postgres.start();
    postgres.stop();

    assertThat(FileOwner.of(data.resolve("database-17")).isRoot()).isTrue();
  }

  @Test
  void start_normalUserInTheirDirectory_needsNoRoot() throws Exception {
    assumeTrue(isRoot() && succeeds("setpriv", "--version"), "needs root to run as another user");
    var nobodyId = idOf("nobody");
    var userDirectory = Files.createDirectory(directory.resolve("user"));
    new FileOwner(nobodyId, nobodyId).assignTo(userDirectory);
    var prefix =
        List.of("setpriv", "--reuid=" + nobodyId, "--regid=" + nobodyId, "--clear-groups", "--");

    var child = EmbeddedPostgresMain.start(prefix, copiedClassPath(), userDirectory, userDirectory);
    child.getOutputStream().close();

    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    for (var path : FileOwner.listTree(userDirectory)) {
      assertThat(FileOwner.of(path).uid()).as(path.toString()).isEqualTo(nobodyId);
    }
  }

  @Tag("slow")
  @Test
  void start_longPathWithSpecialCharacters_works() throws IOException {
    var longPath = directory.resolve("it's a, long 'path' ".repeat(6).strip());
    var postgres = PostgresFixture.server(longPath);

    var options = postgres.start();
    postgres.stop();

    assertThat(options.getHost()).hasSizeLessThan(104);
    assertThat(Path.of(options.getHost())).doesNotExist();
  }

  private ServerAccount selectAccount() throws IOException {
    return new AccountSelector(directory, directory.resolve("database-17")).select();
  }

  /** Copies the class path, because other users may not have access to the originals. */
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
    for (var path : FileOwner.listTree(from)) {
      var target = to.resolve(from.relativize(path).toString());
      Files.copy(path, target);
      var mode = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
    }
  }

  private static int idOf(String user) throws IOException {
    return Integer.parseInt(
        new SystemCommand(List.of("id", "-u", user), Path.of("/")).runOrFail(TIMEOUT));
  }

  private static void makePrivate(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static boolean isRoot() throws IOException {
    return new SystemCommand(List.of("id", "-u"), Path.of("/")).runOrFail(TIMEOUT).equals("0");
  }

  private static boolean succeeds(String... words) {
    try {
      return new SystemCommand(List.of(words), Path.of("/")).run(TIMEOUT).isSuccess();
    } catch (IOException e) {
      return false;
    }
  }
}
