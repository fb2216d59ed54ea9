package io.muster.runtime.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.config.Secret;
import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.muster.runtime.database.schema.Migrations;
import io.muster.schema.frame.LinkedTree;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** A running server in a temporary directory, and helpers of the database tests. */
public final class PostgresFixture implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;
  private static final int POLL_INTERVAL_MILLIS = 20;
  private static final String TEMPLATE = "muster_template";

  private final Path directory = newDirectory();
  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedPostgres postgres = server(directory);
  private final PgConnectOptions options;
  private int databaseCount;

  private PostgresFixture() throws IOException {
    options = postgres.start();
  }

  static PostgresFixture start() {
    try {
      var fixture = new PostgresFixture();
      await(
          fixture.withConnection(
              "postgres", connection -> run(connection, "ALTER SYSTEM SET fsync = off")));
      await(
          fixture.withConnection(
              "postgres", connection -> run(connection, "SELECT pg_reload_conf()")));
      fixture.create(TEMPLATE, "template1");
      await(fixture.withConnection(TEMPLATE, Migrations.bundled()::apply));
      return fixture;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Creates a server with its programs in {@code target/postgres}, because unpacking takes seconds.
   */
  public static EmbeddedPostgres server(Path dataDirectory) {
    return new EmbeddedPostgres(dataDirectory, Optional.of(installationsDirectory()));
  }

  /** Creates a directory that other users can access; {@link #delete} removes it. */
  public static Path newDirectory() {
    try {
      var directory = Files.createTempDirectory("muster-test-");
      return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Links the programs that {@link #server} unpacked, if any, into a data directory. */
  static void linkPrograms(Path dataDirectory) throws IOException {
    try (var programs = Files.newDirectoryStream(installationsDirectory(), "postgresql-*.[0-9]")) {
      for (var directory : programs) {
        LinkedTree.create(directory, dataDirectory.resolve(directory.getFileName()));
      }
    }
  }

  public static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Opens a database with at most two connections; it may not be ready yet. */
  static Database open(
      Vertx vertx, DatabaseUrl url, Duration statementTimeout, MeterRegistry registry) {
    return Database.open(
        vertx,
        new DatabaseConfig(Optional.of(url), 2, statementTimeout),
        Path.of("unused"),
        InstantSource.system(),
        registry);
  }

  public static <T> T await(Future<T> future) {
    return future.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
  }

  /** Retries until the attempt succeeds, for at most a minute. */
  public static <T> T retry(Vertx vertx, Supplier<Future<T>> attempt) {
    return await(retry(vertx, attempt, TIMEOUT_SECONDS * 1000 / POLL_INTERVAL_MILLIS));
  }

  Vertx vertx() {
    return vertx;
  }

  /** Creates a new, empty database. */
  public DatabaseUrl newDatabase() {
    return create("test_" + ++databaseCount, "template1");
  }

  /** Creates a new database with the schema and no rows, in less time than migrations take. */
  public DatabaseUrl newDatabaseWithSchema() {
    return create("test_" + ++databaseCount, TEMPLATE);
  }

  DatabaseUrl url(String database) {
    return new DatabaseUrl(
        options.getUser(),
        new Secret(options.getPassword()),
        options.getHost(),
        options.getPort(),
        database,
        SslMode.DISABLE,
        Optional.empty());
  }

  public <T> Future<T> withConnection(String database, Function<PgConnection, Future<T>> work) {
    return PgConnection.connect(vertx, url(database).connectOptions())
        .compose(connection -> work.apply(connection).eventually(connection::close));
  }

  public static Future<Void> run(PgConnection connection, String sql) {
    return connection.query(sql).execute().mapEmpty();
  }

  private DatabaseUrl create(String database, String template) {
    var sql = "CREATE DATABASE %s TEMPLATE %s".formatted(database, template);
    await(withConnection("postgres", connection -> run(connection, sql)));
    return url(database);
  }

  /** Stops the server, to simulate a failure; {@link #restartServer} starts it again. */
  void stopServer() throws IOException {
    postgres.stop();
  }

  void restartServer() throws IOException {
    postgres.start();
  }

  @Override
  public void close() throws IOException {
    await(vertx.close());
    postgres.stop();
    delete(directory);
  }

  private static <T> Future<T> retry(Vertx vertx, Supplier<Future<T>> attempt, int attemptsLeft) {
    var result = attempt.get();
    return attemptsLeft == 0
        ? result
        : result.recover(
            cause ->
                vertx
                    .timer(POLL_INTERVAL_MILLIS)
                    .compose(passed -> retry(vertx, attempt, attemptsLeft - 1)));
  }

  static Path installationsDirectory() {
    try {
      return Files.createDirectories(Path.of("target/postgres").toAbsolutePath());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
