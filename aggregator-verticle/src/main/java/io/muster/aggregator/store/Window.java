package io.muster.aggregator.store;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The oldest instant that has a place in the database: the begin of the oldest day with a
 * partition. It is remembered for a minute. Any context may ask.
 */
final class Window {
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final Database database;
  private final InstantSource clock;
  private volatile Known known = new Known(Instant.EPOCH, Instant.EPOCH);

  Window(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  Future<Instant> oldest() {
    var current = known;
    return current.isYoung(clock.instant()) ? Future.succeededFuture(current.oldest()) : reread();
  }

  /** Without any partition nothing is too old: the heartbeats must stay with their senders. */
  Future<Instant> reread() {
    var now = clock.instant();
    return database
        .withConnection(Partitions::loadHeartbeatDays)
        .map(days -> days.stream().findFirst().map(day -> day.atStartOfDay(UTC).toInstant()))
        .map(oldest -> oldest.orElse(Instant.EPOCH))
        .onSuccess(oldest -> known = new Known(oldest, now));
  }

  private record Known(Instant oldest, Instant readAt) {
    /** A clock that was set back makes it old, too. */
    boolean isYoung(Instant now) {
      return !now.isBefore(readAt) && now.isBefore(readAt.plus(MAX_AGE));
    }
  }
}
