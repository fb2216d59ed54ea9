package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** The server's files in the data directory, and what is done with them by its own programs. */
final class Cluster {
  /** The files of one major version cannot be read by another. */
  static final String NAME = "database-17";

  static final String USER = "muster";

  static final String PID_FILE = "postmaster.pid";

  private static final String NEW = NAME + ".new";
  private static final String PASSWORD_COPY = "database.password.initdb";
  private static final String START_LOG = NAME + "/start.log";
  private static final Duration CREATE_LIMIT = Duration.ofMinutes(2);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int KEPT_LOGS = 4;

  private final DataDirectory data;
  private final Installation installation;
  private final ServerAccount account;

  Cluster(DataDirectory data, Installation installation, ServerAccount account) {
    this.data = data;
    this.installation = installation;
    this.account = account;
  }

  static boolean exists(DataDirectory data) {
    return Files.isDirectory(data.resolve(NAME));
  }

  /** Makes it: beside its place and renamed when complete, so it is whole whenever it exists. */
  void create(String password) throws IOException {
    var directory = data.resolve(NEW);
    Installation.deleteTree(directory);
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    account.own(directory);
    data.write(data.resolve(PASSWORD_COPY), password + "\n", account.owner().orElse(data.owner()));
    try {
      initialize();
    } finally {
      Files.delete(data.resolve(PASSWORD_COPY));
    }
    Files.move(directory, data.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the files the account's, when root started the program for another account before. */
  void claim() throws IOException {
    var owner = Ownership.of(data.resolve(NAME));
    if (account.owner().isEmpty() && owner.uid() != data.owner().uid()) {
      throw new RefusedException(
          data.resolve(NAME)
              + " belongs to user "
              + Files.getOwner(data.resolve(NAME)).getName()
              + ", for whom root made it; start as root again, hand the directory over (chown -R),"
              + " or give another one (--data)");
    }
    if (account.owner().isPresent() && account.owner().get().uid() != owner.uid()) {
      account.ownTree(data.resolve(NAME));
    }
  }

  /** The server, if it runs: also one that outlived the program that started it. */
  Optional<Postmaster> postmaster() throws IOException {
    return Postmaster.read(pidFile(), installation.anyVersion());
  }

  void start(Path socketDirectory) throws IOException {
    var owner = account.owner().orElse(data.owner());
    data.write(
        data.resolve(NAME).resolve("postgresql.conf"), ServerSettings.text(socketDirectory), owner);
    var disarmed = Postmaster.disarmed(pidFile());
    if (disarmed.isPresent()) {
      data.write(pidFile(), disarmed.get(), owner);
    }
    Files.deleteIfExists(data.resolve(START_LOG));
    var result = control(START_LIMIT, "start", "-l", START_LOG);
    if (!result.succeeded()) {
      throw new IOException("postgres did not start: " + lastLines() + result.output());
    }
  }

  /** Stops it; when clients or the disk hold it up for too long, without a last checkpoint. */
  void stop() throws IOException {
    if (!control(STOP_LIMIT, "stop", "-m", "fast").succeeded() && postmaster().isPresent()) {
      control(STOP_LIMIT, "stop", "-m", "immediate");
    }
  }

  /** Removes all log files but the newest. */
  void pruneLogs() throws IOException {
    var directory = data.resolve(NAME).resolve("log");
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var files = Files.list(directory)) {
      var surplus = files.sorted(Comparator.reverseOrder()).skip(KEPT_LOGS).toList();
      for (var file : surplus) {
        Files.delete(file);
      }
    }
  }

  private void initialize() throws IOException {
    account
        .command(
            data.path(),
            installation.program("initdb"),
            "--pgdata=" + NEW,
            "--username=" + USER,
            "--pwfile=" + PASSWORD_COPY,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions")
        .require(CREATE_LIMIT);
  }

  /** Paths are relative, because pg_ctl hands them to a shell. */
  private Command.Result control(Duration limit, String action, String... options)
      throws IOException {
    var words =
        Stream.concat(
            Stream.of(
                installation.program("pg_ctl"),
                action,
                "--pgdata=" + NAME,
                "--wait",
                "--timeout=" + limit.toSeconds(),
                "--silent"),
            Stream.of(options));
    return account.command(data.path(), words.toArray(String[]::new)).run(limit.plus(GRACE));
  }

  private String lastLines() throws IOException {
    var file = data.resolve(START_LOG);
    return Files.exists(file) ? String.join(" ", Files.readAllLines(file)) + " " : "";
  }

  private Path pidFile() {
    return data.resolve(NAME).resolve(PID_FILE);
  }
}
