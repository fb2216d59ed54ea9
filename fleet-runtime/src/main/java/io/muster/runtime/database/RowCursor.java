package io.muster.runtime.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A cursor over the rows of one statement, which stay on the server until they are read. It
 * occupies a connection and a transaction until the caller closes it. Confined to one context; one
 * call at a time. Failures have the codes of {@link Database}.
 */
public final class RowCursor {
  private final SqlConnection connection;
  private final PreparedStatement statement;
  private final Cursor cursor;
  private final Duration timeout;
  private final Consumer<Throwable> onFailure;
  private boolean started;
  private boolean closed;

  private RowCursor(
      SqlConnection connection,
      PreparedStatement statement,
      Tuple parameters,
      Duration timeout,
      Consumer<Throwable> onFailure) {
    this.connection = connection;
    this.statement = statement;
    this.cursor = statement.cursor(parameters);
    this.timeout = timeout;
    this.onFailure = onFailure;
  }

  /**
   * Waits for a connection and starts the transaction.
   *
   * @param timeout of the opening, and of each read
   * @param onFailure called with each failure
   */
  static Future<RowCursor> open(
      Pool pool, String sql, Tuple parameters, Duration timeout, Consumer<Throwable> onFailure) {
    var connecting = pool.getConnection();
    return connecting
        .compose(
            connection ->
                beginAndPrepare(connection, sql)
                    .map(
                        statement ->
                            new RowCursor(connection, statement, parameters, timeout, onFailure)))
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(cause -> connecting.onSuccess(SqlConnection::close)) // No longer needed.
        .recover(cause -> Future.failedFuture(SqlFailures.toFleetException(cause)))
        .onFailure(onFailure::accept);
  }

  private static Future<PreparedStatement> beginAndPrepare(SqlConnection connection, String sql) {
    return connection.begin().compose(transaction -> connection.prepare(sql));
  }

  /** Reads the next rows, up to a maximum. Call it only while {@link #hasMore()} is true. */
  public Future<RowSet<Row>> read(int maxRows) {
    started = true;
    return cursor
        .read(maxRows)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.toFleetException(cause)))
        .onFailure(onFailure::accept);
  }

  /** Returns true if there may be rows that were not read. */
  public boolean hasMore() {
    return !started || cursor.hasMore();
  }

  /** Releases the connection; may be called again. */
  public void close() {
    if (!closed) {
      closed = true;
      // Otherwise the server keeps the statement with its plan until the connection is closed.
      statement.close();
      // Rolls back first and then returns to the pool, so that the next user gets a connection that
      // responds. Nothing was changed, so the result does not matter.
      connection.close();
    }
  }
}
