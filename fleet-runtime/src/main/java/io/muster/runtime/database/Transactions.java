package io.muster.runtime.database;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.function.Supplier;

/** Transactions on a connection that the caller holds. */
final class Transactions {
  private Transactions() {}

  /** Commits when the work succeeds, and rolls back when it fails. */
  static <T> Future<T> within(SqlConnection connection, Supplier<Future<T>> work) {
    return connection
        .begin()
        .compose(
            transaction ->
                work.get()
                    .compose(
                        result -> transaction.commit().map(result),
                        cause -> rolledBack(transaction, cause)));
  }

  /**
   * The rollback's own outcome does not matter: the work has failed, and the session may be gone.
   */
  private static <T> Future<T> rolledBack(Transaction transaction, Throwable cause) {
    return transaction.rollback().transform(done -> Future.failedFuture(cause));
  }
}
