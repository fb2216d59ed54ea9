package io.muster.aggregator;

/** How finely a range of heartbeats is answered, so that an answer stays within bounds. */
enum Resolution {
  RAW("raw", 10, HistorySql.HEALTH_RAW),
  MINUTE("60", 60, HistorySql.HEALTH_MINUTES),
  HOUR("3600", 3600, HistorySql.HEALTH_HOURS);

  /** Points in one answer, by expectation. */
  private static final long MAX_POINTS = 20_000;

  private final String wireName;
  private final int spacingSeconds;
  private final String statement;

  Resolution(String wireName, int spacingSeconds, String statement) {
    this.wireName = wireName;
    this.spacingSeconds = spacingSeconds;
    this.statement = statement;
  }

  /** The finest resolution at which the answer is not too large; hours when none is. */
  static Resolution of(int clients, long seconds) {
    for (var resolution : values()) {
      if (clients * (seconds / resolution.spacingSeconds) <= MAX_POINTS) {
        return resolution;
      }
    }
    return HOUR;
  }

  String wireName() {
    return wireName;
  }

  String statement() {
    return statement;
  }
}
