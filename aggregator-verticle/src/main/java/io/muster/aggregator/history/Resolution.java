package io.muster.aggregator.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The resolution of a result: single heartbeats, minutes or hours. */
enum Resolution {
  RAW("raw", HistorySql.HEALTH_RAW, Duration.ofMinutes(1)),
  MINUTE("60", HistorySql.HEALTH_MINUTES, Duration.ofMinutes(1)),
  HOUR("3600", HistorySql.HEALTH_HOURS, Duration.ofHours(1));

  /**
   * Maximum number of points of a result that is finer than hours, unless its resolution was
   * requested.
   */
  static final int MAX_POINTS = 20_000;

  private final String wireName;
  private final String statement;
  private final String statementForOneClient;
  private final Duration alignment;

  Resolution(String wireName, String statement, Duration alignment) {
    this.wireName = wireName;
    this.statement = statement;
    this.statementForOneClient = HistorySql.forOneClient(statement, 4);
    this.alignment = alignment;
  }

  static Optional<Resolution> of(String wireName) {
    return Arrays.stream(values()).filter(value -> value.wireName.equals(wireName)).findFirst();
  }

  String wireName() {
    return wireName;
  }

  String statement(boolean forOneClient) {
    return forOneClient ? statementForOneClient : statement;
  }

  /** Returns the unit of chunks, which begin and end at multiples of it since the epoch. */
  Duration alignment() {
    return alignment;
  }
}
