package io.muster.testkit;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.DatabaseConfig;
import io.muster.runtime.database.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A new PostgreSQL database with the schema for each test class:
 *
 * <pre>{@code
 * @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();
 * ... postgres.execute("SELECT ...")
 * }</pre>
 *
 * All classes of a test JVM share one server. Set up by the thread of JUnit; afterwards safe for
 * use by any thread.
 */
public final class EmbeddedDatabase implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(EmbeddedDatabase.class);
  private static final String MISUSE =
      "EmbeddedDatabase must be a static field with @RegisterExtension";
  private static final int POOL_SIZE = 4;
  private static final int TIMEOUT_SECONDS = 60;

  private @Nullable DatabaseUrl url;
  private @Nullable Vertx vertx;
  private @Nullable Database database;

  @Override
  public void beforeAll(ExtensionContext context) {
    var server =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(
                SharedPostgresServer.class,
                key -> new SharedPostgresServer(),
                SharedPostgresServer.class);
    url = server.newDatabase();
    vertx = Vertx.vertx();
    database = open(vertx, InstantSource.system());
    await(database.whenReady());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (vertx != null && database != null) {
      await(database.close());
      await(vertx.close());
    }
  }

  /** The address of the database of this class. */
  public DatabaseUrl url() {
    return requireNonNull(url, MISUSE);
  }

  /** Settings for this database: a small pool, statements of at most 10 s. */
  public DatabaseConfig config() {
    return new DatabaseConfig(Optional.of(url()), POOL_SIZE, Duration.ofSeconds(10));
  }

  /** The opened database, ready for as long as the class runs. */
  public Database database() {
    return requireNonNull(database, MISUSE);
  }

  /** The Vert.x instance behind {@link #database()}. */
  public Vertx vertx() {
    return requireNonNull(vertx, MISUSE);
  }

  /** Opens the database once more; the caller waits until it is ready, and closes it. */
  public Database open(Vertx vertx, InstantSource clock) {
    return Database.open(vertx, config(), Path.of("."), clock, new SimpleMeterRegistry());
  }

  /** Executes one statement and waits for its rows. */
  public RowSet<Row> execute(String sql, Object... parameters) {
    return await(
        database()
            .withConnection(
                connection ->
                    connection.preparedQuery(sql).execute(Tuple.from(Arrays.asList(parameters)))));
  }

  /** Waits for the result of a call, for at most a minute. */
  public static <T> T await(Future<T> result) {
    return result.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
  }
}
