package io.muster.aggregator.ingest;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The oldest instant that can be stored: the start of the oldest day with a partition. It is cached
 * for a minute. Safe for use by any thread.
 */
final class OldestPartition {
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final Database database;
  private final InstantSource clock;
  private volatile CachedStart cached = new CachedStart(Instant.EPOCH, Instant.EPOCH);

  OldestPartition(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  Future<Instant> startsAt() {
    var current = cached;
    return current.isFresh(clock.instant())
        ? Future.succeededFuture(current.startsAt())
        : refresh();
  }

  /**
   * Reads the instant from the database. Without any partition no heartbeat is too old: the senders
   * must keep the heartbeats.
   */
  Future<Instant> refresh() {
    var now = clock.instant();
    return database
        .withConnection(Partitions::loadHeartbeatDays)
        .map(days -> days.stream().findFirst().map(day -> day.atStartOfDay(UTC).toInstant()))
        .map(startsAt -> startsAt.orElse(Instant.EPOCH))
        .onSuccess(startsAt -> cached = new CachedStart(startsAt, now));
  }

  private record CachedStart(Instant startsAt, Instant readAt) {
    /**
     * Returns true if the value is less than a minute old. A value from the future is not fresh:
     * the clock was set back.
     */
    boolean isFresh(Instant now) {
      return !now.isBefore(readAt) && now.isBefore(readAt.plus(MAX_AGE));
    }
  }
}
