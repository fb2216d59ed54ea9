package io.muster.runtime.database.embedded;

import static java.util.Objects.requireNonNull;

import io.muster.runtime.config.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundled PostgreSQL server, with its files in the data directory. The server is durable, has a
 * generated password and listens on a private Unix socket only. It keeps running if this process is
 * killed, and the next process finds it. Every method blocks; used by one thread at a time.
 */
public final class EmbeddedPostgres {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String PASSWORD_FILE = "database.password";
  private static final int PASSWORD_BYTES = 24;

  private final Path dataDirectory;
  private final Optional<Path> installationsDirectory;
  private @Nullable PreparedServer preparedServer;
  private boolean started;

  /** Creates a server whose programs are in the data directory too. */
  public EmbeddedPostgres(Path dataDirectory) {
    this(dataDirectory, Optional.empty());
  }

  /**
   * Creates a server whose programs may be in another directory.
   *
   * @param installationsDirectory an existing directory, which servers may share
   */
  public EmbeddedPostgres(Path dataDirectory, Optional<Path> installationsDirectory) {
    this.dataDirectory = dataDirectory.toAbsolutePath().normalize();
    this.installationsDirectory = installationsDirectory;
  }

  /**
   * Locks the data directory and selects an account for the server. Fast, and may be repeated.
   *
   * @throws PostgresSetupException if an operator must change something first
   */
  public void prepare() throws IOException {
    if (preparedServer != null) {
      return;
    }
    var data = LockedDataDirectory.open(dataDirectory);
    try {
      preparedServer = prepareServer(data);
    } catch (IOException e) {
      data.close();
      throw e;
    }
  }

  /**
   * Ensures that the server runs: unpacks, creates, starts or finds it as necessary.
   *
   * @return options to connect to it; it may still be recovering from a crash
   */
  public PgConnectOptions start() throws IOException {
    prepare();
    var server = requireNonNull(preparedServer);
    var postmaster = server.cluster.findPostmaster();
    if (postmaster.isPresent() && !started) {
      log.info("running postgres found pid={}", postmaster.get().pid());
      started = true;
    }
    var socketDirectory =
        postmaster.isPresent() ? postmaster.get().socketDirectory() : launch(server);
    server.cluster.pruneLogs();
    return connectOptions(socketDirectory, dataDirectory);
  }

  /**
   * Connects to the server of another program that holds the data directory: if it runs, nothing is
   * written or locked, and {@link #stop} leaves it running. If it does not run, it is started as by
   * {@link #start}.
   *
   * @throws PostgresSetupException if the directory contains no database, or an operator must
   *     change something first
   */
  public PgConnectOptions attach() throws IOException {
    var cluster = dataDirectory.resolve(DatabaseCluster.NAME);
    if (!Files.exists(cluster) && !Files.notExists(cluster)) { // The search of a directory failed.
      throw unreadable(cluster);
    }
    if (!Files.isDirectory(cluster)) {
      throw new PostgresSetupException(
          dataDirectory
              + " contains no database; set the data directory of a node (--data), or an external"
              + " server (--database-url)");
    }
    var postmaster =
        preparedServer == null ? findForeignPostmaster() : Optional.<Postmaster>empty();
    return postmaster.isPresent()
        ? connectOptions(postmaster.get().socketDirectory(), dataDirectory)
        : start();
  }

  /** Removes old log files. */
  public void pruneLogs() throws IOException {
    if (preparedServer != null) {
      preparedServer.cluster.pruneLogs();
    }
  }

  /** Stops the server and unlocks the data directory. Does nothing if it was never started. */
  public void stop() throws IOException {
    var server = preparedServer;
    if (server == null) {
      return;
    }
    preparedServer = null;
    started = false;
    try {
      stop(server);
    } finally {
      server.data.close();
    }
  }

  @Override
  public String toString() {
    return "embedded in " + dataDirectory;
  }

  private Optional<Postmaster> findForeignPostmaster() throws IOException {
    var data = dataDirectory.toRealPath();
    var cluster = data.resolve(DatabaseCluster.NAME);
    if (!Files.isReadable(cluster)) {
      throw unreadable(cluster);
    }
    var account = new AccountSelector(data, cluster).select();
    return Postmaster.find(
        new AccountFiles(account, cluster).read(DatabaseCluster.PID_FILE),
        Installation.programPathPrefix(installationsDirectory.orElse(data)));
  }

  private static PostgresSetupException unreadable(Path cluster) {
    return new PostgresSetupException(
        cluster
            + " cannot be read by user "
            + System.getProperty("user.name")
            + "; run as the user of the node, or as root");
  }

  private PreparedServer prepareServer(LockedDataDirectory data) throws IOException {
    var account = new AccountSelector(data.path(), data.resolve(DatabaseCluster.NAME)).select();
    var installation = new Installation(installationsDirectory.orElse(data.path()), data.owner());
    var cluster = new DatabaseCluster(data, installation, account);
    if (DatabaseCluster.exists(data)) {
      cluster.takeOwnership();
    }
    return new PreparedServer(data, installation, account, cluster);
  }

  private Path launch(PreparedServer server) throws IOException {
    server.installation.unpack();
    if (!DatabaseCluster.exists(server.data)) {
      server.cluster.create(loadOrCreatePassword(server.data));
      log.info("postgres initialized directory={}", server.data.resolve(DatabaseCluster.NAME));
    }
    var directory = new SocketDirectory(server.data).prepare(server.account);
    server.cluster.start(directory);
    started = true;
    log.info(
        "postgres started pid={} account={}",
        server.cluster.findPostmaster().map(Postmaster::pid).orElse(-1L),
        server.account.description());
    return directory;
  }

  private static void stop(PreparedServer server) throws IOException {
    var postmaster = server.cluster.findPostmaster();
    if (postmaster.isPresent()) {
      server.cluster.stop();
      log.info("postgres stopped pid={}", postmaster.get().pid());
    }
    new SocketDirectory(server.data).remove(server.account);
  }

  private static PgConnectOptions connectOptions(Path socketDirectory, Path dataDirectory)
      throws IOException {
    return new PgConnectOptions()
        .setHost(socketDirectory.toString())
        .setPort(5432)
        .setUser(DatabaseCluster.USER)
        .setPassword(readPassword(dataDirectory).text())
        .setDatabase("postgres");
  }

  private static Secret loadOrCreatePassword(LockedDataDirectory data) throws IOException {
    var file = data.resolve(PASSWORD_FILE);
    if (!Files.exists(file)) {
      data.write(file, Secret.random(PASSWORD_BYTES).text() + "\n", data.owner());
    }
    return readPassword(data.path());
  }

  private static Secret readPassword(Path dataDirectory) throws IOException {
    var file = dataDirectory.resolve(PASSWORD_FILE);
    if (!Files.isReadable(file)) {
      throw new PostgresSetupException(
          file + " cannot be read; restore it, or set another directory (--data)");
    }
    return new Secret(Files.readString(file).strip());
  }

  /** The locked data directory and its server. */
  private record PreparedServer(
      LockedDataDirectory data,
      Installation installation,
      ServerAccount account,
      DatabaseCluster cluster) {}
}
