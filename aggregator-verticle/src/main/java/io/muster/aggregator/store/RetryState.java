package io.muster.aggregator.store;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a batch is written, and how it is tried again.
 *
 * @param assumesNew whether a heartbeat that is newer than all of its client is new, so that nobody
 *     has to look for it
 * @param retriesLeft how often it may be tried again
 */
record RetryState(boolean assumesNew, boolean refreshesPartition, int retriesLeft) {
  static final RetryState INITIAL = new RetryState(true, false, 3);

  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final String UNIQUE_VIOLATION = "23505";

  /** A check that failed; there are none but those of partitions: none is for the row. */
  private static final String CHECK_VIOLATION = "23514";

  /** What may succeed after the failure; empty when the same would come again. */
  Optional<RetryState> nextAfter(Throwable cause) {
    return retriesLeft == 0 ? Optional.empty() : sqlState(cause).flatMap(this::nextAfterSqlState);
  }

  private Optional<RetryState> nextAfterSqlState(String sqlState) {
    return switch (sqlState) {
      case SERIALIZATION_FAILURE, DEADLOCK ->
          Optional.of(new RetryState(assumesNew, refreshesPartition, retriesLeft - 1));
      case UNIQUE_VIOLATION -> // Another aggregator has just stored what was taken for new.
          assumesNew
              ? Optional.of(new RetryState(false, refreshesPartition, retriesLeft - 1))
              : Optional.empty();
      case CHECK_VIOLATION -> // A partition is gone.
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
