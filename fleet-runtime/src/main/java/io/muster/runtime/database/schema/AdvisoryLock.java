package io.muster.runtime.database.schema;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.function.Supplier;

/**
 * The advisory locks of the database, for work that only one node may do at a time. A lock is held
 * until the end of the transaction that acquired it, unless stated differently.
 */
public enum AdvisoryLock {
  MIGRATIONS(1),
  PARTITIONS(2),
  ROLLUPS(3),
  MAINTENANCE(4),
  /**
   * Held while closed days are compacted; shared by transactions that write heartbeats of such
   * days, which could otherwise miss that a heartbeat is already in a pack.
   */
  COMPACTION(5),
  DEVICE_ROLLUPS(6),
  /** Held while fleet events are stored, so that their ids ascend in the order of the commits. */
  FLEET_EVENTS(7);

  /** The upper half of the keys; an arbitrary constant that other programs are unlikely to use. */
  private static final int NAMESPACE = 0x6d757374;

  private final int key;

  AdvisoryLock(int key) {
    this.key = key;
  }

  /** Runs the work in a new transaction that holds the lock; commits unless the work fails. */
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

  /** Waits for the lock and acquires it. */
  public Future<Void> acquire(SqlConnection transaction) {
    return call("pg_advisory_xact_lock", transaction).mapEmpty();
  }

  /**
   * Waits until no session holds the lock exclusively, and holds it shared until the end of the
   * transaction.
   */
  public Future<Void> acquireForSharing(SqlConnection transaction) {
    return call("pg_advisory_xact_lock_shared", transaction).mapEmpty();
  }

  /**
   * Acquires the lock and runs the work, if it is free.
   *
   * @param otherwise result if it is not
   */
  public <T> Future<T> ifFree(SqlConnection transaction, Supplier<Future<T>> work, T otherwise) {
    return call("pg_try_advisory_xact_lock", transaction)
        .compose(row -> row.getBoolean(0) ? work.get() : Future.succeededFuture(otherwise));
  }

  /**
   * Acquires the lock if it is free, until the connection is closed and across its transactions;
   * returns true if it was.
   */
  public Future<Boolean> tryAcquireForSession(SqlConnection connection) {
    return call("pg_try_advisory_lock", connection).map(row -> row.getBoolean(0));
  }

  /** Waits for the lock and acquires it, until the connection is closed. */
  public Future<Void> acquireForSession(SqlConnection connection) {
    return call("pg_advisory_lock", connection).mapEmpty();
  }

  private Future<Row> call(String function, SqlConnection connection) {
    return connection
        .preparedQuery("SELECT " + function + "($1::int, $2::int)")
        .execute(Tuple.of(NAMESPACE, key))
        .map(rows -> rows.iterator().next());
  }

  /**
   * Rolls back and fails with the cause. The rollback's result does not matter: the work has
   * failed, and the session may be lost.
   */
  private static <T> Future<T> rollBack(Transaction transaction, Throwable cause) {
    return transaction.rollback().transform(done -> Future.failedFuture(cause));
  }
}
