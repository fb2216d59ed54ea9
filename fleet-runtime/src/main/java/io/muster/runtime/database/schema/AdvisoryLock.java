package io.muster.runtime.database.schema;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Supplier;

/**
 * What only one node may do at a time. A lock is held until the end of the transaction that took
 * it, unless it is said otherwise.
 */
public enum AdvisoryLock {
  MIGRATIONS(1),
  PARTITIONS(2),
  ROLLUPS(3),
  MAINTENANCE(4),
  /**
   * Held while closed days are packed; shared by those who write heartbeats of such days, which
   * would otherwise not see that a heartbeat is in a pack already.
   */
  COMPACTION(5);

  /** The upper half of the keys; any constant that others are unlikely to use. */
  private static final int NAMESPACE = 0x6d757374;

  private final int key;

  AdvisoryLock(int key) {
    this.key = key;
  }

  /** Works in a transaction of its own that holds the lock: committed unless the work fails. */
  public <T> Future<T> withLock(SqlConnection connection, Supplier<Future<T>> work) {
    return connection
        .begin()
        .compose(
            transaction ->
                acquire(connection)
                    .compose(locked -> work.get())
                    .compose(
                        result -> transaction.commit().map(result),
                        cause -> rollBack(transaction, cause)));
  }

  /** Waits for the lock. */
  public Future<Void> acquire(SqlConnection transaction) {
    return transaction
        .preparedQuery("SELECT pg_advisory_xact_lock($1::int, $2::int)")
        .execute(Tuple.of(NAMESPACE, key))
        .mapEmpty();
  }

  /**
   * Waits until nobody has the lock for himself, and keeps it so until the end of the transaction.
   */
  public Future<Void> acquireShared(SqlConnection transaction) {
    return transaction
        .preparedQuery("SELECT pg_advisory_xact_lock_shared($1::int, $2::int)")
        .execute(Tuple.of(NAMESPACE, key))
        .mapEmpty();
  }

  /** Takes the lock if it is free; yields whether it was. */
  public Future<Boolean> tryAcquire(SqlConnection transaction) {
    return transaction
        .preparedQuery("SELECT pg_try_advisory_xact_lock($1::int, $2::int)")
        .execute(Tuple.of(NAMESPACE, key))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * Takes the lock if it is free, for as long as the connection lasts and over any transactions on
   * it; yields whether it was.
   */
  public Future<Boolean> tryAcquireForSession(SqlConnection connection) {
    return connection
        .preparedQuery("SELECT pg_try_advisory_lock($1::int, $2::int)")
        .execute(Tuple.of(NAMESPACE, key))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  /**
   * The rollback's own outcome does not matter: the work has failed, and the session may be gone.
   */
  private static <T> Future<T> rollBack(Transaction transaction, Throwable cause) {
    return transaction.rollback().transform(done -> Future.failedFuture(cause));
  }
}
