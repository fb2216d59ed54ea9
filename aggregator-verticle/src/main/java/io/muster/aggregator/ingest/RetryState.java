package io.muster.aggregator.ingest;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The mode in which a batch is stored, and its remaining retries.
 *
 * @param assumesNew true if a heartbeat that is newer than its client's state is assumed to be new,
 *     and is not looked up
 * @param refreshesPartition true if the oldest partition is read again
 * @param retriesLeft number of further retries
 */
record RetryState(boolean assumesNew, boolean refreshesPartition, int retriesLeft) {
  static final RetryState INITIAL = new RetryState(true, false, 3);

  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  /** A failed check. Only partitions have checks: there is no partition for the row. */
  private static final String CHECK_VIOLATION = "23514";

  /** Returns the state of the next attempt; empty if the failure would be repeated. */
  Optional<RetryState> nextAfter(Throwable cause) {
    return retriesLeft == 0 ? Optional.empty() : sqlState(cause).flatMap(this::nextAfterSqlState);
  }

  private Optional<RetryState> nextAfterSqlState(String sqlState) {
    return switch (sqlState) {
      case SERIALIZATION_FAILURE,
          DEADLOCK,
          FOREIGN_KEY_VIOLATION -> // A client was deleted meanwhile.
          Optional.of(new RetryState(assumesNew, refreshesPartition, retriesLeft - 1));
      case UNIQUE_VIOLATION -> // Another aggregator has just stored one that was assumed new.
          assumesNew
              ? Optional.of(new RetryState(false, refreshesPartition, retriesLeft - 1))
              : Optional.empty();
      case CHECK_VIOLATION -> // A partition was dropped.
          refreshesPartition
              ? Optional.empty()
              : Optional.of(new RetryState(assumesNew, true, retriesLeft - 1));
      default -> Optional.empty();
    };
  }

  private static Optional<String> sqlState(Throwable cause) {
    return Stream.iterate(
            Optional.of(cause),
            Optional::isPresent,
            throwable -> throwable.map(Throwable::getCause))
        .flatMap(Optional::stream)
        .filter(PgException.class::isInstance)
        .map(failure -> String.valueOf(((PgException) failure).getSqlState()))
        .findFirst();
  }
}
