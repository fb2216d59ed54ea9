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
  private final Link link;
  private final Duration limit;
  private final LongAdder calls = new LongAdder();
  private final Map<Code, LongAdder> failures = new ConcurrentHashMap<>();

  private Database(Link link, DatabaseConfig config) {
    this.link = link;
    this.limit = config.statementTimeout().multipliedBy(2);
  }

  /**
   * Begins to connect, to start the embedded server if that is configured, and to bring the schema
   * up to date. Returns at once.
   *
   * @param dataDirectory where the embedded server has its files; may not exist yet
   */
  public static Database open(
      Vertx vertx, DatabaseConfig config, Path dataDirectory, InstantSource clock) {
    return open(vertx, server(vertx, config, dataDirectory, false), config, clock);
  }

  static Database open(Vertx vertx, Server server, DatabaseConfig config, InstantSource clock) {
    return open(vertx, server, config, new SchemaCare.Keeper(clock));
  }

  /**
   * Begins to connect for a while, beside the nodes that keep the database: neither its schema nor
   * its partitions are touched, and an embedded server that runs is left to whoever started it. One
   * that does not run is started, and stopped at the end; none is made.
   *
   * @param dataDirectory where the embedded server has its files
   */
  public static Database visit(Vertx vertx, DatabaseConfig config, Path dataDirectory) {
    return visit(vertx, server(vertx, config, dataDirectory, true), config);
  }

  static Database visit(Vertx vertx, Server server, DatabaseConfig config) {
    return open(vertx, server, config, new SchemaCare.Visitor());
  }

  private static Database open(Vertx vertx, Server server, DatabaseConfig config, SchemaCare care) {
    var link = new Link(vertx, server, config, care);
    link.open();
    return new Database(link, config);
  }

  private static Server server(
      Vertx vertx, DatabaseConfig config, Path dataDirectory, boolean visited) {
    return config
        .url()
        .<Server>map(Server.Given::new)
        .orElseGet(() -> new Server.Embedded(vertx, new EmbeddedPostgres(dataDirectory), visited));
  }

  /**
   * Completes within seconds: as soon as nothing speaks against the settings. A server that is down
   * does not; what a person must change does: a refused password, a directory that cannot be
   * written. Then it fails with {@code INVALID_ARGUMENT} and one line that names the key.
   */
  public Future<Void> admitted() {
    return link.admission();
  }

  /** Completes when the database is ready for the first time; fails only when it is closed. */
  public Future<Void> ready() {
    return link.firstReady();
  }

  public DatabaseState state() {
    return link.state();
  }

  /** Times that the server was reached and found fit. */
  public long sessions() {
    return link.sessions();
  }

  /** Times that it was lost. */
  public long losses() {
    return link.losses();
  }

  /** Attempts to reach it that failed. */
  public long failedAttempts() {
    return link.failedAttempts();
  }

  /** Pieces of work that were given, done or not. */
  public long calls() {
    return calls.sum();
  }

  /** Pieces of work that failed with the code. */
  public long failures(Code code) {
    return counted(code).sum();
  }

  /**
   * Work on one connection. Statements on it are prepared once and pipelined.
   *
   * @param work is given the connection until its future completes
   */
  public <T> Future<T> with(Function<SqlConnection, Future<T>> work) {
    return bounded(limit, pool -> pool.withConnection(work));
  }

  /** Work in one transaction: committed when it succeeds, rolled back when it fails. */
  public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return bounded(limit, pool -> pool.withTransaction(work));
  }

  /**
   * Work in one transaction that may take its time, such as a long stream or a chore.
   *
   * @param duration bound of all of it and of each statement, in place of the configured one
   */
  public <T> Future<T> inTransaction(Duration duration, Function<SqlConnection, Future<T>> work) {
    return bounded(
        duration,
        pool ->
            pool.withTransaction(
                transaction ->
                    transaction
                        .preparedQuery("SELECT set_config('statement_timeout', $1, true)")
                        .execute(Tuple.of(String.valueOf(duration.toMillis())))
                        .compose(set -> work.apply(transaction))));
  }

  /**
   * Work on a connection of its own, outside of any transaction, which may take its time and set
   * what it likes: the connection ends with it, and so do the locks that it holds.
   *
   * @param duration bound of all of it and of each statement
   */
  public <T> Future<T> apart(Duration duration, Function<SqlConnection, Future<T>> work) {
    calls.increment();
    return link.session()
        .map(session -> apart(session, duration, work))
        .orElseGet(() -> Future.failedFuture(notReady()))
        .onFailure(this::failed);
  }

  /**
   * Rows that are read bit by bit. Waits a while for a place when many are being read.
   *
   * @param sql one statement
   */
  public Future<RowCursor> cursor(String sql, Tuple parameters) {
    calls.increment();
    return link.session()
        .map(session -> RowCursor.open(session.streams(), sql, parameters, limit, this::failed))
        .orElseGet(() -> Future.<RowCursor>failedFuture(notReady()).onFailure(this::failed));
  }

  /** Gives the connections back, and stops the server if it is the embedded one. */
  public Future<Void> close() {
    return link.close();
  }

  private <T> Future<T> bounded(Duration duration, Function<Pool, Future<T>> work) {
    calls.increment();
    return link.session()
        .map(session -> bounded(session, duration, work))
        .orElseGet(() -> Future.failedFuture(notReady()))
        .onFailure(this::failed);
  }

  private static <T> Future<T> bounded(
      Session session, Duration duration, Function<Pool, Future<T>> work) {
    return work.apply(session.pool())
        .timeout(duration.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.coded(cause)));
  }

  private static <T> Future<T> apart(
      Session session, Duration duration, Function<SqlConnection, Future<T>> work) {
    return session
        .connected(duration)
        .compose(connection -> work.apply(connection).eventually(connection::close))
        .timeout(duration.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.coded(cause)));
  }

  private FleetException notReady() {
    return new FleetException(Code.UNAVAILABLE, "the database is not ready: " + state().reason());
  }

  private void failed(Throwable cause) {
    if (cause instanceof FleetException coded) {
      counted(coded.code()).increment();
    }
  }

  private LongAdder counted(Code code) {
    return failures.computeIfAbsent(code, first -> new LongAdder());
  }
}
