package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.database.PostgresFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

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
    var nobody =
        Integer.parseInt(new Command(List.of("id", "-u", "nobody"), directory).require(LIMIT));
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
