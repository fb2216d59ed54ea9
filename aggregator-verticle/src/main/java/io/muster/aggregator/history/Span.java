package io.muster.aggregator.history;

import static java.time.ZoneOffset.UTC;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * A range of time.
 *
 * @param from inclusive, milliseconds since the epoch
 * @param until exclusive, milliseconds since the epoch
 */
record Span(long from, long until) {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  boolean isEmpty() {
    return from >= until;
  }

  Span within(Span other) {
    return new Span(Math.max(from, other.from), Math.min(until, other.until));
  }

  OffsetDateTime fromInstant() {
    return Instant.ofEpochMilli(from).atOffset(UTC);
  }

  OffsetDateTime untilInstant() {
    return Instant.ofEpochMilli(until).atOffset(UTC);
  }

  /**
   * It in pieces, the newest first. They end at multiples of whole days, hours or minutes since the
   * epoch, whichever is the coarsest that fits into a piece.
   *
   * @param length of a piece, at most; but not less than the grain
   * @param grain what a piece has multiples of
   */
  Iterator<Span> pieces(Duration length, Duration grain) {
    var unit = Stream.of(DAY, HOUR, MINUTE).filter(u -> u.compareTo(length) <= 0).findFirst();
    var step = Math.max(grain.toMillis(), unit.orElse(grain).toMillis());
    var piece = Math.max(1, length.toMillis() / step) * step;
    var top = isEmpty() ? from : -Math.floorDiv(-until, step) * step;
    return Stream.iterate(top, end -> end > from, end -> end - piece)
        .map(end -> new Span(end - piece, end).within(this))
        .iterator();
  }
}
