package io.muster.aggregator.history;

import static java.time.ZoneOffset.UTC;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.stream.Stream;

/**
 * A range of time.
 *
 * @param fromMillis inclusive, milliseconds since the epoch
 * @param untilMillis exclusive, milliseconds since the epoch
 */
record TimeRange(long fromMillis, long untilMillis) {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  boolean isEmpty() {
    return fromMillis >= untilMillis;
  }

  TimeRange intersection(TimeRange other) {
    return new TimeRange(
        Math.max(fromMillis, other.fromMillis), Math.min(untilMillis, other.untilMillis));
  }

  OffsetDateTime fromTime() {
    return Instant.ofEpochMilli(fromMillis).atOffset(UTC);
  }

  OffsetDateTime untilTime() {
    return Instant.ofEpochMilli(untilMillis).atOffset(UTC);
  }

  /**
   * Returns the range in chunks, the newest first. They end at multiples of whole days, hours or
   * minutes since the epoch, whichever is the coarsest that fits into a chunk.
   *
   * @param maxLength maximum length of a chunk; at least the alignment is used
   * @param alignment unit of the length of a chunk
   */
  Stream<TimeRange> chunks(Duration maxLength, Duration alignment) {
    var unit =
        Stream.of(DAY, HOUR, MINUTE)
            .filter(candidate -> candidate.compareTo(maxLength) <= 0)
            .findFirst();
    var stepMillis = Math.max(alignment.toMillis(), unit.orElse(alignment).toMillis());
    var chunkMillis = Math.max(1, maxLength.toMillis() / stepMillis) * stepMillis;
    var lastEndMillis =
        isEmpty() ? fromMillis : -Math.floorDiv(-untilMillis, stepMillis) * stepMillis;
    return Stream.iterate(
            lastEndMillis,
            endMillis -> endMillis > fromMillis,
            endMillis -> endMillis - chunkMillis)
        .map(endMillis -> new TimeRange(endMillis - chunkMillis, endMillis).intersection(this));
  }
}
