package io.muster.aggregator.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The resolution of a result: single heartbeats, minutes or hours. */
enum Resolution {
  RAW("raw", "health-raw.sql", Duration.ofMinutes(1)),
  MINUTE("60", "health-minutes.sql", Duration.ofMinutes(1)),
  HOUR("3600", "health-hours.sql", Duration.ofHours(1));

  /**
   * Maximum number of points of a result that is finer than hours, unless its resolution was
   * requested.
   */
  static final int MAX_POINTS = 20_000;

  private final String wireName;
  private final ClientStatement statement;
  private final Duration alignment;

  Resolution(String wireName, String file, Duration alignment) {
    this.wireName = wireName;
    this.statement = ClientStatement.load(file);
    this.alignment = alignment;
  }

  static Optional<Resolution> of(String wireName) {
    return Arrays.stream(values()).filter(value -> value.wireName.equals(wireName)).findFirst();
  }

  String wireName() {
    return wireName;
  }

  /** Returns the statement that selects the points of a range. */
  ClientStatement statement() {
    return statement;
  }

  /** Returns the unit of chunks, which begin and end at multiples of it since the epoch. */
  Duration alignment() {
    return alignment;
  }
}
