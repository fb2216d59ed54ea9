package io.muster.runtime.database.embedded;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that comes along, with its files in the data directory. It is durable, has
 * its own password and listens on a private Unix socket only. It outlives a killed program and is
 * found again by the next one. Every method blocks; call them from one thread at a time.
 */
public final class EmbeddedPostgres {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String PASSWORD = "database.password";
  private static final int PASSWORD_BYTES = 24;

  private final Path dataDirectory;
  private final Optional<Path> installations;
  private @Nullable Place place;

  /** A server whose programs are in the data directory, too. */
  public EmbeddedPostgres(Path dataDirectory) {
    this(dataDirectory, Optional.empty());
  }

  /**
   * A server whose programs may be kept apart.
   *
   * @param installations an existing directory, which servers may share
   */
  public EmbeddedPostgres(Path dataDirectory, Optional<Path> installations) {
    this.dataDirectory = dataDirectory.toAbsolutePath().normalize();
    this.installations = installations;
  }

  /**
   * Takes the data directory and finds an account to run the server as. Quick, and repeatable.
   *
   * @throws RefusedException when a person must change something first
   */
  public void prepare() throws IOException {
    if (place != null) {
      return;
    }
    var data = DataDirectory.open(dataDirectory);
    try {
      place = prepared(data);
    } catch (IOException e) {
      data.close();
      throw e;
    }
  }

  /**
   * Sees to it that the server runs: unpacks, creates, starts or finds again what is needed.
   *
   * @return how to reach it; it may still be recovering from a crash
   */
  public PgConnectOptions start() throws IOException {
    prepare();
    var here = place();
    var running = here.cluster.postmaster();
    if (running.isPresent() && !here.started) {
      log.info("postgres adopted pid={}", running.get().pid());
      here.started = true;
    }
    var socketDirectory = running.isPresent() ? running.get().socketDirectory() : launched(here);
    here.cluster.pruneLogs();
    return options(socketDirectory, dataDirectory);
  }

  /**
   * Reaches the server beside whoever has the data directory: if it runs, nothing is written, taken
   * or adopted, and {@link #stop} leaves it alone. If it does not run, it is started as by {@link
   * #start}.
   *
   * @throws RefusedException when there is no database in the directory, or a person must change
   *     something first
   */
  public PgConnectOptions visit() throws IOException {
    if (!Files.isDirectory(dataDirectory.resolve(Cluster.NAME))) {
      throw new RefusedException(
          "no database is in "
              + dataDirectory
              + "; give the directory of a Muster that ran (--data), or a server (--database-url)");
    }
    var file = dataDirectory.resolve(Cluster.NAME).resolve(Cluster.PID_FILE);
    var programs = Installation.anyVersion(installations.orElse(dataDirectory.toRealPath()));
    var running = place == null ? running(file, programs) : Optional.<Postmaster>empty();
    return running.isPresent() ? options(running.get().socketDirectory(), dataDirectory) : start();
  }

  private static Optional<Postmaster> running(Path file, String programs) throws IOException {
    try {
      return Postmaster.read(file, programs);
    } catch (AccessDeniedException e) {
      throw new RefusedException(
          file
              + " cannot be read by user "
              + System.getProperty("user.name")
              + "; be the user who runs Muster, or root",
          e);
    }
  }

  /** Removes old log files. */
  public void tidy() throws IOException {
    if (place != null) {
      place.cluster.pruneLogs();
    }
  }

  /** Stops the server and gives the data directory back. Does nothing when it never started. */
  public void stop() throws IOException {
    if (place == null) {
      return;
    }
    var here = place();
    place = null;
    try {
      stop(here);
    } finally {
      here.data.close();
    }
  }

  @Override
  public String toString() {
    return "embedded in " + dataDirectory;
  }

  private Place prepared(DataDirectory data) throws IOException {
    var account = new AccountChoice(data.path(), data.resolve(Cluster.NAME)).choose();
    var installation = new Installation(installations.orElse(data.path()), data.owner());
    var cluster = new Cluster(data, installation, account);
    if (Cluster.exists(data)) {
      cluster.claim();
    }
    return new Place(data, installation, account, cluster);
  }

  private Path launched(Place here) throws IOException {
    here.installation.unpack();
    if (!Cluster.exists(here.data)) {
      here.cluster.create(newPassword(here.data));
      log.info("postgres initialized directory={}", here.data.resolve(Cluster.NAME));
    }
    var directory = new SocketDirectory(here.data).prepare(here.account);
    here.cluster.start(directory);
    here.started = true;
    log.info(
        "postgres started pid={} account={}",
        here.cluster.postmaster().map(Postmaster::pid).orElse(-1L),
        here.account.description());
    return directory;
  }

  private static void stop(Place here) throws IOException {
    var running = here.cluster.postmaster();
    if (running.isPresent()) {
      here.cluster.stop();
      log.info("postgres stopped pid={}", running.get().pid());
    }
    new SocketDirectory(here.data).remove();
  }

  private Place place() {
    if (place == null) {
      throw new IllegalStateException("not prepared");
    }
    return place;
  }

  private static PgConnectOptions options(Path socketDirectory, Path dataDirectory)
      throws IOException {
    return new PgConnectOptions()
        .setHost(socketDirectory.toString())
        .setPort(5432)
        .setUser(Cluster.USER)
        .setPassword(password(dataDirectory))
        .setDatabase("postgres");
  }

  private static String newPassword(DataDirectory data) throws IOException {
    var file = data.resolve(PASSWORD);
    if (!Files.exists(file)) {
      var bytes = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(bytes);
      data.write(file, HexFormat.of().formatHex(bytes) + "\n", data.owner());
    }
    return password(data.path());
  }

  private static String password(Path dataDirectory) throws IOException {
    var file = dataDirectory.resolve(PASSWORD);
    if (!Files.isReadable(file)) {
      throw new RefusedException(
          file + " cannot be read; bring it back, or give another directory (--data)");
    }
    return Files.readString(file).strip();
  }

  /** What was found out about the data directory while this program holds it. */
  private static final class Place {
    final DataDirectory data;
    final Installation installation;
    final ServerAccount account;
    final Cluster cluster;
    boolean started;

    Place(DataDirectory data, Installation installation, ServerAccount account, Cluster cluster) {
      this.data = data;
      this.installation = installation;
      this.account = account;
      this.cluster = cluster;
    }
  }
}
