package io.muster.runtime.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The rows of one statement, which stay with the server until they are read. It has a connection
 * and a transaction of its own until it is closed; whoever opened it closes it. Failures have the
 * codes of {@link Database}.
 */
public final class RowCursor {
  private final SqlConnection connection;
  private final Transaction transaction;
  private final Cursor cursor;
  private final Duration limit;
  private boolean closed;

  private RowCursor(
      SqlConnection connection, Transaction transaction, Cursor cursor, Duration limit) {
    this.connection = connection;
    this.transaction = transaction;
    this.cursor = cursor;
    this.limit = limit;
  }

  static Future<RowCursor> open(Pool pool, String sql, Tuple parameters, Duration limit) {
    var connecting = pool.getConnection();
    return connecting
        .compose(connection -> open(connection, sql, parameters, limit))
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> connecting.onSuccess(SqlConnection::close)) // No longer wanted.
        .recover(cause -> Future.failedFuture(SqlFailures.coded(cause)));
  }

  private static Future<RowCursor> open(
      SqlConnection connection, String sql, Tuple parameters, Duration limit) {
    return connection
        .begin()
        .compose(
            transaction ->
                connection
                    .prepare(sql)
                    .map(
                        prepared ->
                            new RowCursor(
                                connection, transaction, prepared.cursor(parameters), limit)));
  }

  /** The next rows, so many at most; none after the last. */
  public Future<RowSet<Row>> read(int rows) {
    return cursor
        .read(rows)
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause -> Future.failedFuture(SqlFailures.coded(cause)));
  }

  /** Whether there may be rows that were not read; known after the first were. */
  public boolean hasMore() {
    return cursor.hasMore();
  }

  /** Gives the connection back; may be called again. */
  public void close() {
    if (!closed) {
      closed = true;
      // Nothing was changed: how the transaction ends does not matter, as long as it does.
      transaction
          .rollback()
          .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .onComplete(ended -> connection.close());
    }
  }
}
