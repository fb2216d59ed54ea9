package io.muster.runtime.database;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.LogLimit;
import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of the fleet, which may become unavailable and return. Calls never wait for it:
 * while it is not ready they fail at once with {@code UNAVAILABLE}, and it is reconnected in the
 * background until closed. Safe for use by any thread. Results of calls arrive on the caller's
 * context; {@link #startupCheck}, {@link #whenReady} and {@link #close} complete on that of the
 * supervisor.
 *
 * <p>Failures have a code: {@code UNAVAILABLE} (a retry is appropriate), {@code TIMEOUT}, and
 * {@code INTERNAL} for incorrect SQL. What the server states is among their details, and is logged
 * once a minute.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private final ConnectionSupervisor supervisor;
  private final Duration defaultTimeout;
  private final DatabaseMetrics metrics;
  private final LogLimit logLimit = new LogLimit(System::nanoTime);

  private Database(
      ConnectionSupervisor supervisor, DatabaseConfig config, DatabaseMetrics metrics) {
    this.supervisor = supervisor;
    this.defaultTimeout = config.statementTimeout().multipliedBy(2);
    this.metrics = metrics;
  }

  /**
   * Starts to connect, to start the embedded server if that is configured, and to migrate the
   * schema. Returns at once.
   *
   * @param dataDirectory of the embedded server's files; need not exist yet
   * @param meterRegistry for the metrics of the database
   */
  public static Database open(
      Vertx vertx,
      DatabaseConfig config,
      Path dataDirectory,
      InstantSource clock,
      MeterRegistry meterRegistry) {
    return open(
        vertx,
        createServer(vertx, config, dataDirectory, false),
        config,
        new SchemaPolicy.Migrate(clock),
        meterRegistry);
  }

  /**
   * Attaches to a database that other nodes maintain: neither its schema nor its partitions are
   * changed, and an embedded server that already runs is left running. An embedded server that does
   * not run is started, and is stopped on close; a database is never created. It has no metrics.
   *
   * @param dataDirectory of the embedded server's files
   */
  public static Database attach(Vertx vertx, DatabaseConfig config, Path dataDirectory) {
    return open(
        vertx,
        createServer(vertx, config, dataDirectory, true),
        config,
        new SchemaPolicy.Verify(),
        new SimpleMeterRegistry());
  }

  static Database open(
      Vertx vertx,
      DatabaseServer server,
      DatabaseConfig config,
      SchemaPolicy schemaPolicy,
      MeterRegistry meterRegistry) {
    var metrics = new DatabaseMetrics(meterRegistry);
    var supervisor = new ConnectionSupervisor(vertx, server, config, schemaPolicy, metrics);
    supervisor.open();
    var database = new Database(supervisor, config, metrics);
    metrics.observe(database);
    return database;
  }

  private static DatabaseServer createServer(
      Vertx vertx, DatabaseConfig config, Path dataDirectory, boolean isAttachOnly) {
    return config
        .url()
        .<DatabaseServer>map(DatabaseServer.ExternalServer::new)
        .orElseGet(
            () ->
                new DatabaseServer.EmbeddedServer(
                    vertx, new EmbeddedPostgres(dataDirectory), isAttachOnly));
  }

  /**
   * Completes within 6 s, earlier if the settings have proved valid. Fails if an operator must
   * correct a problem, not if the server is down: examples are a rejected password or a directory
   * that cannot be written. The failure is {@code INVALID_ARGUMENT} with one line that names the
   * key.
   */
  public Future<Void> startupCheck() {
    return supervisor.startupCheck();
  }

  /** Completes when the database is ready for the first time; fails only if it is closed before. */
  public Future<Void> whenReady() {
    return supervisor.whenReady();
  }

  public DatabaseState state() {
    return supervisor.state();
  }

  /**
   * Runs work on one connection. Statements on it are prepared once and pipelined.
   *
   * @param work uses the connection until its future completes
   */
  public <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
    return call(defaultTimeout, session -> session.pool().withConnection(work));
  }

  /** Runs work in one transaction: committed if it succeeds, rolled back if it fails. */
  public <T> Future<T> withTransaction(Function<SqlConnection, Future<T>> work) {
    return call(defaultTimeout, session -> session.pool().withTransaction(work));
  }

  /**
   * Runs work in one transaction that may take long, such as a long stream or a maintenance job.
   *
   * @param timeout limit of the whole transaction and of each statement, instead of the configured
   *     one
   */
  public <T> Future<T> withTransaction(Duration timeout, Function<SqlConnection, Future<T>> work) {
    return call(
        timeout,
        session ->
            session
                .pool()
                .withTransaction(
                    transaction ->
                        transaction
                            .preparedQuery("SELECT set_config('statement_timeout', $1, true)")
                            .execute(Tuple.of(String.valueOf(timeout.toMillis())))
                            .compose(set -> work.apply(transaction))));
  }

  /**
   * Runs work on a dedicated connection, outside of any transaction. The work may take long and
   * change session settings: the connection is closed afterwards, which releases its locks.
   *
   * @param timeout limit of the whole work and of each statement
   */
  public <T> Future<T> withDedicatedConnection(
      Duration timeout, Function<SqlConnection, Future<T>> work) {
    return call(
        timeout,
        session ->
            session
                .connect(timeout)
                .compose(connection -> work.apply(connection).eventually(connection::close)));
  }

  /**
   * Opens a cursor over the rows of a statement. Waits for a connection, up to a limit, if all are
   * in use.
   *
   * @param sql one statement
   */
  public Future<RowCursor> openCursor(String sql, Tuple parameters) {
    metrics.calls.increment();
    return supervisor
        .session()
        .map(
            session ->
                RowCursor.open(
                    session.cursorPool(), sql, parameters, defaultTimeout, this::recordFailure))
        .orElseGet(() -> Future.<RowCursor>failedFuture(notReady()).onFailure(this::recordFailure));
  }

  /** Closes the connections, and stops the server if it is the embedded one. */
  public Future<Void> close() {
    return supervisor.close();
  }

  private <T> Future<T> call(Duration timeout, Function<DatabaseSession, Future<T>> work) {
    metrics.calls.increment();
    return supervisor
        .session()
        .map(
            session ->
                work.apply(session)
                    .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .recover(cause -> Future.failedFuture(SqlFailures.toFleetException(cause))))
        .orElseGet(() -> Future.failedFuture(notReady()))
        .onFailure(this::recordFailure);
  }

  /** Logs the reason if the server or the client library has stated it: no client receives it. */
  private void recordFailure(Throwable cause) {
    metrics.countFailure(cause);
    if (cause.getCause() != null && logLimit.claimLine(String.valueOf(cause.getMessage()))) {
      log.warn("database call failed reason={}", cause.getMessage());
    }
  }

  private FleetException notReady() {
    return new FleetException(
        Code.UNAVAILABLE, "the database is not ready", state().reason(), null);
  }
}
