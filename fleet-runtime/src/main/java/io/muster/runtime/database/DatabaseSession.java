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
 * A session with the server, which lasts until the server is lost: a monitoring connection and the
 * pools that the roles share. Safe for use by any thread; only the supervisor's context uses the
 * monitoring connection.
 */
final class DatabaseSession {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** A migration may rewrite a large table; one that is cut off would begin again each time. */
  private static final Duration SCHEMA_TIMEOUT = Duration.ofHours(2);

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
  static final int MAX_CACHED_STATEMENT_CHARS = 8192;
  private static final int MIN_SERVER_VERSION = 150_000;
  private static final int MAX_WAITING_CALLERS = 2_000;
  private static final String SERVER_QUERY =
      "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'),"
          + " current_setting('transaction_read_only')::boolean";

  private final PgConnection monitorConnection;
  private final Pool pool;
  private final Pool cursorPool;
  private final ServerConnector connector;
  private final SchemaPolicy schemaPolicy;
  private final Promise<String> loss = Promise.promise();
  private volatile DatabaseState state;

  private DatabaseSession(
      ServerConnector connector,
      PgConnection monitorConnection,
      ConnectionPools pools,
      SchemaPolicy schemaPolicy,
      boolean isReadOnly) {
    this.connector = connector;
    this.monitorConnection = monitorConnection;
    this.pool = pools.main();
    this.cursorPool = pools.cursors();
    this.schemaPolicy = schemaPolicy;
    this.state = stateOf(isReadOnly);
    monitorConnection.closeHandler(closed -> loss.tryComplete("the server closed the connection"));
  }

  /** Connects, checks the server, and applies the schema policy. */
  static Future<DatabaseSession> open(
      Vertx vertx, PgConnectOptions options, DatabaseConfig config, SchemaPolicy schemaPolicy) {
    var connector = new ServerConnector(vertx, withSessionProperties(options));
    return connector
        .connect(connector.options())
        .compose(
            connection ->
                checkServer(connection)
                    .timeout(CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .compose(isReadOnly -> schemaPolicy.apply(connection).map(isReadOnly))
                    .timeout(SCHEMA_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .map(
                        isReadOnly ->
                            new DatabaseSession(
                                connector,
                                connection,
                                createPools(connector, config),
                                schemaPolicy,
                                isReadOnly))
                    .onFailure(cause -> connection.close())); // Not awaited: the cause is reported.
  }

  /**
   * Opens another connection, which the caller closes.
   *
   * @param statementTimeout limit of each statement
   */
  Future<PgConnection> connect(Duration statementTimeout) {
    var options = new PgConnectOptions(connector.options());
    options.addProperty("statement_timeout", String.valueOf(statementTimeout.toMillis()));
    return connector.connect(options);
  }

  Pool pool() {
    return pool;
  }

  /** Connections for long results, which may be read slowly: they must not occupy the main pool. */
  Pool cursorPool() {
    return cursorPool;
  }

  DatabaseState state() {
    return state;
  }

  /** Completes with the reason if the server is lost. */
  Future<String> loss() {
    return loss.future();
  }

  /** Checks that the server still responds; if not, the session is lost. */
  Future<Void> check() {
    return checkServer(monitorConnection)
        .timeout(CHECK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .onSuccess(isReadOnly -> state = stateOf(isReadOnly))
        .onFailure(cause -> loss.tryComplete(SqlFailures.message(cause)))
        .mapEmpty();
  }

  /** Creates the partitions of the coming days. */
  Future<Integer> createPartitions() {
    return schemaPolicy.createPartitions(monitorConnection);
  }

  Future<Void> close() {
    monitorConnection.closeHandler(closed -> {});
    return Future.join(monitorConnection.close(), pool.close(), cursorPool.close())
        .transform(done -> Future.succeededFuture());
  }

  private static Future<Boolean> checkServer(PgConnection connection) {
    return connection
        .query(SERVER_QUERY)
        .execute()
        .compose(rows -> validateServer(rows.iterator().next()));
  }

  private static Future<Boolean> validateServer(Row row) {
    if (row.getInteger(0) < MIN_SERVER_VERSION) {
      return incompatible(
          "the server is PostgreSQL "
              + row.getInteger(0) / 10_000
              + "; PostgreSQL 15 or newer is required");
    }
    if (!row.getString(1).equals("UTF8")) {
      return incompatible("the encoding is " + row.getString(1) + "; UTF8 is required");
    }
    return Future.succeededFuture(row.getBoolean(2));
  }

  private static ConnectionPools createPools(ServerConnector connector, DatabaseConfig config) {
    var statementTimeout = config.statementTimeout();
    var poolConnectOptions =
        new PgConnectOptions(connector.options())
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlLimit(MAX_CACHED_STATEMENT_CHARS)
            .addProperty("statement_timeout", String.valueOf(statementTimeout.toMillis()))
            .addProperty("idle_in_transaction_session_timeout", "60000");
    return new ConnectionPools(
        createPool(connector.vertx(), poolConnectOptions, config.poolSize(), statementTimeout),
        createPool(
            connector.vertx(), poolConnectOptions, config.cursorPoolSize(), statementTimeout));
  }

  private static Pool createPool(
      Vertx vertx, PgConnectOptions options, int size, Duration timeout) {
    return PgBuilder.pool()
        .connectingTo(options)
        .with(
            new PoolOptions()
                .setMaxSize(size)
                .setMaxWaitQueueSize(MAX_WAITING_CALLERS)
                .setConnectionTimeout((int) timeout.toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
        .using(vertx)
        .build();
  }

  private static PgConnectOptions withSessionProperties(PgConnectOptions options) {
    var sessionOptions = new PgConnectOptions(options);
    Map.of("application_name", "muster", "TimeZone", "UTC").forEach(sessionOptions::addProperty);
    return sessionOptions;
  }

  private static DatabaseState stateOf(boolean isReadOnly) {
    return isReadOnly
        ? new DatabaseState(Phase.READ_ONLY, "the server is read-only")
        : new DatabaseState(Phase.READY, "ready");
  }

  private static <T> Future<T> incompatible(String reason) {
    return Future.failedFuture(new FleetException(Code.INVALID_ARGUMENT, reason));
  }

  /** Opens connections to the server with a time limit. */
  private record ServerConnector(Vertx vertx, PgConnectOptions options) {
    Future<PgConnection> connect(PgConnectOptions options) {
      var connecting = PgConnection.connect(vertx, options);
      return connecting
          .timeout(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .onFailure(cause -> connecting.onSuccess(PgConnection::close)); // No longer needed.
    }
  }

  /**
   * The connection pools of one session.
   *
   * @param main for short statements
   * @param cursors for results that are read slowly
   */
  private record ConnectionPools(Pool main, Pool cursors) {}
}
