package io.muster.aggregator.history;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How finely a range of heartbeats is answered. */
enum Resolution {
  RAW("raw", HistorySql.HEALTH_RAW, Duration.ofMinutes(1)),
  MINUTE("60", HistorySql.HEALTH_MINUTES, Duration.ofMinutes(1)),
  HOUR("3600", HistorySql.HEALTH_HOURS, Duration.ofHours(1));

  /** Points of an answer that is finer than hours, unless it was asked for. */
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

  /** Ranges that are answered apart begin and end at multiples of it since the epoch. */
  Duration alignment() {
    return alignment;
  }
}
