package io.muster.runtime.database;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.DatabaseState.Phase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The time from one loss of the server to the next: a connection that watches it, and the pool that
 * the roles share. Nothing of it is used after a loss.
 */
final class Session {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration SCHEMA_LIMIT = Duration.ofSeconds(60);
  private static final Duration WATCH_LIMIT = Duration.ofSeconds(5);
  private static final int LONGEST_CACHED_STATEMENT = 8192;
  private static final int OLDEST_VERSION = 150_000;
  private static final int MAX_WAITING = 2_000;
  private static final String EXAMINATION =
      "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
          + " current_setting('transaction_read_only')::boolean";

  private final PgConnection watch;
  private final Pool pool;
  private final Pool streams;
  private final Reach reach;
  private final SchemaCare care;
  private final Promise<String> lost = Promise.promise();
  private volatile DatabaseState state;

  private Session(Reach reach, PgConnection watch, Pools pools, SchemaCare care, boolean readOnly) {
    this.reach = reach;
    this.watch = watch;
    this.pool = pools.work();
    this.streams = pools.streams();
    this.care = care;
    this.state = stateOf(readOnly);
    watch.closeHandler(closed -> lost.tryComplete("the server closed the connection"));
  }

  /** Connects, checks the server, and sees to the schema. */
  static Future<Session> open(
      Vertx vertx, PgConnectOptions options, DatabaseConfig config, SchemaCare care) {
    var reach = new Reach(vertx, named(options));
    return reach
        .connected(reach.options())
        .compose(
            watch ->
                readOnly(watch)
                    .compose(readOnly -> care.admitted(watch).map(readOnly))
                    .timeout(SCHEMA_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .map(ro -> new Session(reach, watch, pools(reach, config), care, ro))
                    .onFailure(cause -> watch.close())); // The cause is what matters.
  }

  /**
   * One more connection, which the caller closes.
   *
   * @param limit of each statement
   */
  Future<PgConnection> connected(Duration limit) {
    var options = new PgConnectOptions(reach.options());
    options.addProperty("statement_timeout", String.valueOf(limit.toMillis()));
    return reach.connected(options);
  }

  Pool pool() {
    return pool;
  }

  /**
   * Connections for long answers, which may be read slowly: they must not take those of the rest.
   */
  Pool streams() {
    return streams;
  }

  DatabaseState state() {
    return state;
  }

  /** Completes with the reason when the server is lost. */
  Future<String> lost() {
    return lost.future();
  }

  /** Asks the server whether it still answers; if not, the session is lost. */
  Future<Void> watched() {
    return readOnly(watch)
        .timeout(WATCH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(readOnly -> state = stateOf(readOnly))
        .onFailure(cause -> lost.tryComplete(SqlFailures.line(cause)))
        .mapEmpty();
  }

  /** Makes the partitions of the coming days. */
  Future<Integer> partitioned() {
    return care.tended(watch);
  }

  Future<Void> close() {
    watch.closeHandler(closed -> {});
    return Future.join(watch.close(), pool.close(), streams.close())
        .transform(done -> Future.succeededFuture());
  }

  private static Future<Boolean> readOnly(PgConnection connection) {
    return connection
        .query(EXAMINATION)
        .execute()
        .compose(rows -> examined(rows.iterator().next()));
  }

  private static Future<Boolean> examined(Row row) {
    if (row.getInteger(0) < OLDEST_VERSION) {
      return misfit(
          "the server is PostgreSQL " + row.getInteger(0) / 10_000 + "; take 15 or newer");
    }
    if (!row.getString(1).equals("UTF8")) {
      return misfit("its encoding is " + row.getString(1) + "; take a database with UTF8");
    }
    return Future.succeededFuture(row.getBoolean(2));
  }

  private static Pools pools(Reach reach, DatabaseConfig config) {
    var limit = config.statementTimeout();
    var limited =
        new PgConnectOptions(reach.options())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlLimit(LONGEST_CACHED_STATEMENT)
            .addProperty("statement_timeout", String.valueOf(limit.toMillis()))
            .addProperty("idle_in_transaction_session_timeout", "60000");
    return new Pools(
        pool(reach.vertx(), limited, config.poolSize(), limit),
        pool(reach.vertx(), limited, config.streams(), limit));
  }

  private static Pool pool(Vertx vertx, PgConnectOptions options, int size, Duration patience) {
    return PgBuilder.pool()
        .connectingTo(options)
        .with(
            new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(MAX_WAITING)
                .setConnectionTimeout((int) patience.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
        .using(vertx)
        .build();
  }

  private static PgConnectOptions named(PgConnectOptions options) {
    var named = new PgConnectOptions(options);
    Map.of("application_name", "muster", "TimeZone", "UTC").forEach(named::addProperty);
    return named;
  }

  private static DatabaseState stateOf(boolean readOnly) {
    return readOnly
        ? new DatabaseState(Phase.READ_ONLY, "the server is read-only")
        : new DatabaseState(Phase.READY, "ready");
  }

  private static <T> Future<T> misfit(String line) {
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, line));
  }

  /** Where the server is. */
  private record Reach(Vertx vertx, PgConnectOptions options) {
    Future<PgConnection> connected(PgConnectOptions options) {
      var connecting = PgConnection.connect(vertx, options);
      return connecting
          .timeout(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
          .onFailure(late -> connecting.onSuccess(PgConnection::close)); // No longer wanted.
    }
  }

  /**
   * @param work for statements that are short
   * @param streams for answers that are read slowly
   */
  private record Pools(Pool work, Pool streams) {}
}
