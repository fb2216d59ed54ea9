package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.database.PostgresFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Root starts the server, and its account has changed the files in its own directory. */
@Tag("slow")
class HostileAccountIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SECRET = "root:geheim:0:0\nline 2\nline 3\n4\n5\n6\n7 7\n8\n";

  private final Path directory = PostgresFixture.newDirectory();
  private final Path cluster = directory.resolve("database-17");
  private final EmbeddedPostgres postgres = PostgresFixture.server(directory);
  private ServerAccount account;

  @BeforeEach
  void requireAnotherAccount() throws IOException {
    account = new AccountSelector(directory, cluster).select();
    assumeTrue(
        account.owner().filter(owner -> !owner.isRoot()).isPresent(),
        "needs root and an account for the server");
  }

  @AfterEach
  void delete() throws IOException {
    postgres.stop();
    PostgresFixture.delete(directory);
  }

  /** The first start fails while the configuration is read, before the pid file is replaced. */
  @Test
  void start_pidFileAndStartLogAreLinksToAFileOfRoot_readsNothingAndStarts() throws IOException {
    postgres.start();
    postgres.stop();
    var secret = privateOfRoot(Files.writeString(directory.resolve("shadow"), SECRET), "rw-------");
    runAsAccount("ln -s ../shadow postmaster.pid; rm start.log; ln -s ../shadow start.log");
    runAsAccount("echo nonsense > postgresql.custom.conf");

    assertThatThrownBy(postgres::start).hasMessageContaining("did not start");
    assertThat(readByAccount()).doesNotContain("geheim", "line 2");
    runAsAccount("rm postgresql.custom.conf; rm -f postmaster.pid; ln -s ../shadow postmaster.pid");
    postgres.start();

    assertThat(cluster.resolve("postmaster.pid")).isRegularFile();
    assertThat(secret).hasContent(SECRET);
    assertThat(FileOwner.of(secret)).isEqualTo(new FileOwner(0, 0));
  }

  @Test
  void start_logDirectoryIsALinkToADirectoryOfRoot_deletesNothing() throws IOException {
    postgres.start();
    var victim = Files.createDirectory(directory.resolve("victim"));
    for (var i = 0; i < 6; i++) {
      Files.createFile(victim.resolve("postgresql-" + i + ".log"));
    }
    privateOfRoot(victim, "rwx------");
    runAsAccount("mv log log.old; ln -s ../victim log");

    postgres.start();
    postgres.pruneLogs();

    try (var files = Files.list(victim)) {
      assertThat(files).hasSize(6);
    }
  }

  @Test
  void start_unfinishedDirectoryOfAnotherAccount_isRemoved() throws IOException {
    var unfinished = Files.createDirectory(directory.resolve("database-17.new"));
    Files.createDirectory(unfinished.resolve("base"));
    Files.writeString(unfinished.resolve("PG_VERSION"), "17");
    new FileOwner(54321, 54321).assignToTree(unfinished);

    postgres.start();

    assertThat(unfinished).doesNotExist();
    assertThat(FileOwner.of(cluster)).isEqualTo(account.owner().orElseThrow());
  }

  @Test
  void start_filesOfAnAccountThatNoLongerExists_areTakenOver() throws IOException {
    postgres.start();
    postgres.stop();
    new FileOwner(54321, 54321).assignToTree(cluster);

    postgres.start();

    assertThat(FileOwner.of(cluster)).isEqualTo(account.owner().orElseThrow());
  }

  /** Returns everything that the account can read in its directory. */
  private String readByAccount() throws IOException {
    return account
        .command(
            cluster,
            "sh",
            "-c",
            "for f in *; do [ -f \"$f\" ] && [ -r \"$f\" ] && head -c 5000 \"$f\"; done; true")
        .runOrFail(TIMEOUT);
  }

  private void runAsAccount(String script) throws IOException {
    account.command(cluster, "sh", "-c", script).runOrFail(TIMEOUT);
  }

  private static Path privateOfRoot(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
