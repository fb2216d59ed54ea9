package io.muster.runtime.database.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.util.stream.Collectors.joining;

import io.muster.runtime.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The database cluster, that is the server's files in the data directory, and the operations of
 * PostgreSQL's programs on it.
 */
final class DatabaseCluster {
  /**
   * Contains the major version, because a server cannot read the files of another major version.
   */
  static final String NAME = "database-17";

  static final String USER = "muster";

  static final String PID_FILE = "postmaster.pid";

  private static final String NEW_NAME = NAME + ".new";
  private static final String INITDB_PASSWORD_FILE = "database.password.initdb";
  private static final String START_LOG = "start.log";
  private static final Duration CREATE_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration EXTRA_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_LOG_FILES = 4;

  private final LockedDataDirectory data;
  private final Installation installation;
  private final ServerAccount account;
  private final AccountFiles files;

  DatabaseCluster(LockedDataDirectory data, Installation installation, ServerAccount account) {
    this.data = data;
    this.installation = installation;
    this.account = account;
    this.files = new AccountFiles(account, data.resolve(NAME));
  }

  static boolean exists(LockedDataDirectory data) {
    return Files.isDirectory(data.resolve(NAME));
  }

  /**
   * Creates the cluster under a temporary name and renames it when complete, so that an existing
   * cluster is always complete.
   */
  void create(Secret password) throws IOException {
    var directory = data.resolve(NEW_NAME);
    removeUnfinished(directory);
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    account.assignOwner(directory);
    data.write(
        data.resolve(INITDB_PASSWORD_FILE),
        password.text() + "\n",
        account.owner().orElse(data.owner()));
    try {
      runInitdb();
    } finally {
      Files.delete(data.resolve(INITDB_PASSWORD_FILE));
    }
    Files.move(directory, data.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Assigns the files to the account, if root started the program for another account before. */
  void takeOwnership() throws IOException {
    var owner = FileOwner.of(data.resolve(NAME));
    if (account.owner().isEmpty() && owner.uid() != data.owner().uid()) {
      throw new PostgresSetupException(
          data.resolve(NAME)
              + " belongs to user "
              + Files.getOwner(data.resolve(NAME)).getName()
              + ", for whom root created it; start as root again, change its owner (chown -R), or"
              + " set another directory (--data)");
    }
    if (account.owner().isPresent() && account.owner().get().uid() != owner.uid()) {
      account.assignOwnerOfTree(data.resolve(NAME));
    }
  }

  /** Returns the server if it runs, even if the program that started it has ended. */
  Optional<Postmaster> findPostmaster() throws IOException {
    return exists(data)
        ? Postmaster.find(files.read(PID_FILE), installation.programPathPrefix())
        : Optional.empty();
  }

  void start(Path socketDirectory) throws IOException {
    var owner = account.owner().orElse(data.owner());
    data.write(
        data.resolve(NAME).resolve("postgresql.conf"), ServerSettings.text(socketDirectory), owner);
    replacePidFile(owner);
    files.delete(START_LOG);
    var result = runPgCtl(START_TIMEOUT, "start", "-l", NAME + "/" + START_LOG);
    if (!result.isSuccess()) {
      throw new IOException(
          "postgres did not start: "
              + Stream.concat(files.read(START_LOG).lines(), result.output().lines())
                  .collect(joining(" ")));
    }
  }

  /**
   * Stops the server; without a final checkpoint if clients or the disk delay the stop for too
   * long.
   */
  void stop() throws IOException {
    if (!runPgCtl(STOP_TIMEOUT, "stop", "-m", "fast").isSuccess() && findPostmaster().isPresent()) {
      runPgCtl(STOP_TIMEOUT, "stop", "-m", "immediate");
    }
  }

  /** Removes all log files except the newest four. */
  void pruneLogs() throws IOException {
    files.deleteLogsExcept(MAX_LOG_FILES);
  }

  /** Removes the files of a first start that was interrupted, perhaps as another account. */
  private void removeUnfinished(Path directory) throws IOException {
    if (Files.exists(directory, NOFOLLOW_LINKS)) {
      account.assignOwnerOfTree(directory);
      new AccountFiles(account, directory).deleteAll();
      Files.deleteIfExists(directory);
    }
  }

  private void replacePidFile(FileOwner owner) throws IOException {
    var text = Postmaster.pidFileWithoutPid(files.read(PID_FILE));
    if (text.isPresent()) {
      data.write(data.resolve(NAME).resolve(PID_FILE), text.get(), owner);
    } else {
      files.delete(PID_FILE);
    }
  }

  private void runInitdb() throws IOException {
    account
        .command(
            data.path(),
            installation.program("initdb"),
            "--pgdata=" + NEW_NAME,
            "--username=" + USER,
            "--pwfile=" + INITDB_PASSWORD_FILE,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions")
        .runUntilShutdown(CREATE_TIMEOUT);
  }

  /** Runs pg_ctl with relative paths, because it passes them to a shell. */
  private SystemCommand.CommandResult runPgCtl(Duration timeout, String action, String... options)
      throws IOException {
    var commandLine =
        Stream.concat(
            Stream.of(
                installation.program("pg_ctl"),
                action,
                "--pgdata=" + NAME,
                "--wait",
                "--timeout=" + timeout.toSeconds(),
                "--silent"),
            Stream.of(options));
    return account
        .command(data.path(), commandLine.toArray(String[]::new))
        .run(timeout.plus(EXTRA_TIMEOUT));
  }
}
