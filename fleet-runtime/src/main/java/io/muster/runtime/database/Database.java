package io.muster.runtime.database;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.embedded.EmbeddedPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * The database of the fleet, which may come and go. It never keeps anybody waiting: while it is not
 * ready, work fails at once with {@code UNAVAILABLE}, and it is tried again in the background until
 * it is closed. Work may be given from any thread; its result comes back on the caller's context.
 *
 * <p>Failures have a code: {@code UNAVAILABLE} (a retry is right), {@code TIMEOUT}, and {@code
 * INTERNAL} for SQL that is wrong.
 */
public final class Database {
  private final ConnectionSupervisor supervisor;
  private final Duration defaultTimeout;
  private final LongAdder calls = new LongAdder();
  private final Map<Code, LongAdder> failures = new ConcurrentHashMap<>();

  private Database(ConnectionSupervisor supervisor, DatabaseConfig config) {
    this.supervisor = supervisor;
    this.defaultTimeout = config.statementTimeout().multipliedBy(2);
  }

  /**
   * Begins to connect, to start the embedded server if that is configured, and to bring the schema
   * up to date. Returns at once.
   *
   * @param dataDirectory where the embedded server has its files; may not exist yet
   */
  public static Database open(
      Vertx vertx, DatabaseConfig config, Path dataDirectory, InstantSource clock) {
    return open(vertx, createServer(vertx, config, dataDirectory, false), config, clock);
  }

  static Database open(
      Vertx vertx, DatabaseServer server, DatabaseConfig config, InstantSource clock) {
    return open(vertx, server, config, new SchemaPolicy.Migrate(clock));
  }

  /**
   * Begins to connect for a while, beside the nodes that keep the database: neither its schema nor
   * its partitions are touched, and an embedded server that runs is left to whoever started it. One
   * that does not run is started, and stopped at the end; none is made.
   *
   * @param dataDirectory where the embedded server has its files
   */
  public static Database attach(Vertx vertx, DatabaseConfig config, Path dataDirectory) {
    return attach(vertx, createServer(vertx, config, dataDirectory, true), config);
  }

  static Database attach(Vertx vertx, DatabaseServer server, DatabaseConfig config) {
    return open(vertx, server, config, new SchemaPolicy.Verify());
  }

  private static Database open(
      Vertx vertx, DatabaseServer server, DatabaseConfig config, SchemaPolicy schemaPolicy) {
    var supervisor = new ConnectionSupervisor(vertx, server, config, schemaPolicy);
    supervisor.open();
    return new Database(supervisor, config);
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
   * Completes within seconds: as soon as nothing speaks against the settings. A server that is down
   * does not; what a person must change does: a refused password, a directory that cannot be
   * written. Then it fails with {@code INVALID_ARGUMENT} and one line that names the key.
   */
  public Future<Void> startupCheck() {
    return supervisor.startupCheck();
  }

  /** Completes when the database is ready for the first time; fails only when it is closed. */
  public Future<Void> whenReady() {
    return supervisor.whenReady();
  }

  public DatabaseState state() {
    return supervisor.state();
  }

  /** Times that the server was reached and found fit. */
  public long sessions() {
    return supervisor.sessions();
  }

  /** Times that it was lost. */
  public long losses() {
    return supervisor.losses();
  }

  /** Attempts to reach it that failed. */
  public long failedAttempts() {
    return supervisor.failedAttempts();
  }

  /** Pieces of work that were given, done or not. */
  public long calls() {
    return calls.sum();
  }

  /** Pieces of work that failed with the code. */
  public long failures(Code code) {
    return failureCounter(code).sum();
  }

  /**
   * Work on one connection. Statements on it are prepared once and pipelined.
   *
   * @param work is given the connection until its future completes
   */
  public <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
    return runWithTimeout(defaultTimeout, pool -> pool.withConnection(work));
  }

  /** Work in one transaction: committed when it succeeds, rolled back when it fails. */
  public <T> Future<T> withTransaction(Function<SqlConnection, Future<T>> work) {
    return runWithTimeout(defaultTimeout, pool -> pool.withTransaction(work));
  }

  /**
   * Work in one transaction that may take its time, such as a long stream or a chore.
   *
   * @param timeout bound of all of it and of each statement, in place of the configured one
   */
  public <T> Future<T> withTransaction(Duration timeout, Function<SqlConnection, Future<T>> work) {
    return runWithTimeout(
        timeout,
        pool ->
            pool.withTransaction(
                transaction ->
                    transaction
                        .preparedQuery("SELECT set_config('statement_timeout', $1, true)")
                        .execute(Tuple.of(String.valueOf(timeout.toMillis())))
                        .compose(set -> work.apply(transaction))));
  }

  /**
   * Work on a connection of its own, outside of any transaction, which may take its time and set
   * what it likes: the connection ends with it, and so do the locks that it holds.
   *
   * @param timeout bound of all of it and of each statement
   */
  public <T> Future<T> withDedicatedConnection(
      Duration timeout, Function<SqlConnection, Future<T>> work) {
    calls.increment();
    return supervisor
        .session()
        .map(session -> runDedicated(session, timeout, work))
        .orElseGet(() -> Future.failedFuture(notReady()))
        .onFailure(this::countFailure);
  }

  /**
   * Rows that are read bit by bit. Waits a while for a place when many are being read.
   *
   * @param sql one statement
   */
  public Future<RowCursor> openCursor(String sql, Tuple parameters) {
    calls.increment();
    return supervisor
        .session()
        .map(
            session ->
                RowCursor.open(
                    session.cursorPool(), sql, parameters, defaultTimeout, this::countFailure))
        .orElseGet(() -> Future.<RowCursor>failedFuture(notReady()).onFailure(this::countFailure));
  }

  /** Gives the connections back, and stops the server if it is the embedded one. */
  public Future<Void> close() {
    return supervisor.close();
  }

  private <T> Future<T> runWithTimeout(Duration timeout, Function<Pool, Future<T>> work) {
    calls.increment();
    return supervisor
        .session()
        .map(session -> runWithTimeout(session, timeout, work))
        .orElseGet(() -> Future.failedFuture(notReady()))
        .onFailure(this::countFailure);
  }

  private static <T> Future<T> runWithTimeout(
      DatabaseSession session, Duration timeout, Function<Pool, Future<T>> work) {
    return work.apply(session.pool())
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.toFleetException(cause)));
  }

  private static <T> Future<T> runDedicated(
      DatabaseSession session, Duration timeout, Function<SqlConnection, Future<T>> work) {
    return session
        .connect(timeout)
        .compose(connection -> work.apply(connection).eventually(connection::close))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.toFleetException(cause)));
  }

  private FleetException notReady() {
    return new FleetException(Code.UNAVAILABLE, "the database is not ready: " + state().reason());
  }

  private void countFailure(Throwable cause) {
    if (cause instanceof FleetException failure) {
      failureCounter(failure.code()).increment();
    }
  }

  private LongAdder failureCounter(Code code) {
    return failures.computeIfAbsent(code, unused -> new LongAdder());
  }
}
