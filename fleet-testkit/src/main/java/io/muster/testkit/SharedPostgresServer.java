package io.muster.testkit;

import static io.muster.testkit.EmbeddedDatabase.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.runtime.config.Secret;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.runtime.database.DatabaseUrl;
import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The PostgreSQL server of a test JVM: started for the first test that needs it, stopped after the
 * last. The programs of PostgreSQL remain in the build directory of the project between runs. Safe
 * for use by any thread.
 */
final class SharedPostgresServer implements AutoCloseable {
  private static final String TEMPLATE = "muster_template";

  private final AtomicInteger databaseCount = new AtomicInteger();
  private final Vertx vertx = Vertx.vertx();
  private final Path directory;
  private final EmbeddedPostgres postgres;
  private final PgConnectOptions administratorOptions;

  SharedPostgresServer() {
    try {
      directory = Files.createTempDirectory("muster-test-");
      // The server may have to run as another user, which needs access to the directory.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      postgres = new EmbeddedPostgres(directory, Optional.of(installationsDirectory()));
      administratorOptions = postgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The data is discarded and need not survive a power failure: saves seconds on a busy disk.
    await(executeAsAdministrator("ALTER SYSTEM SET fsync = off"));
    await(executeAsAdministrator("SELECT pg_reload_conf()"));
    await(executeAsAdministrator("CREATE DATABASE " + TEMPLATE));
    migrate();
  }

  /** Creates a new database with the schema and no rows. */
  DatabaseUrl newDatabase() {
    var name = "test_" + databaseCount.incrementAndGet();
    await(executeAsAdministrator("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE));
    return url(name);
  }

  @Override
  public void close() throws IOException {
    await(vertx.close());
    postgres.stop();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void migrate() {
    var config =
        new DatabaseConfig(
            Optional.of(url(TEMPLATE)), 1, DatabaseConfig.EMBEDDED.statementTimeout());
    var database =
        Database.open(vertx, config, directory, InstantSource.system(), new SimpleMeterRegistry());
    await(database.whenReady());
    await(database.close());
  }

  private Future<?> executeAsAdministrator(String sql) {
    return PgConnection.connect(vertx, administratorOptions)
        .compose(connection -> connection.query(sql).execute().eventually(connection::close));
  }

  private DatabaseUrl url(String name) {
    return new DatabaseUrl(
        administratorOptions.getUser(),
        new Secret(administratorOptions.getPassword()),
        administratorOptions.getHost(),
        administratorOptions.getPort(),
        name,
        SslMode.DISABLE,
        Optional.empty());
  }

  /** {@code target/postgres} at the root of the project, which {@code mvn clean} removes. */
  private static Path installationsDirectory() throws IOException {
    var root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.isDirectory(root.resolve(".mvn"))) {
      root = root.getParent();
    }
    var projectDirectory = root.getParent() == null ? Path.of("").toAbsolutePath() : root;
    return Files.createDirectories(projectDirectory.resolve("target/postgres"));
  }
}
