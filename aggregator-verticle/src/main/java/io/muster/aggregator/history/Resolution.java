package io.muster.aggregator.history;

/** How finely a range of heartbeats is answered, so that an answer stays within bounds. */
enum Resolution {
  RAW("raw", HistorySql.HEALTH_RAW),
  MINUTE("60", HistorySql.HEALTH_MINUTES),
  HOUR("3600", HistorySql.HEALTH_HOURS);

  /** Points in one answer that is finer than hours. */
  private static final long MAX_POINTS = 20_000;

  private final String wireName;
  private final String statement;
  private final String statementOfOneClient;

  Resolution(String wireName, String statement) {
    this.wireName = wireName;
    this.statement = statement;
    this.statementOfOneClient = HistorySql.ofOneClient(statement, 4);
  }

  /**
   * The finest resolution at which the answer is not too large; hours when none is.
   *
   * @param beats points of the finest
   * @param minutes points of the middle one at most
   */
  static Resolution of(long beats, long minutes) {
    if (beats <= MAX_POINTS) {
      return RAW;
    }
    return minutes <= MAX_POINTS ? MINUTE : HOUR;
  }

  String wireName() {
    return wireName;
  }

  String statement(boolean ofOneClient) {
    return ofOneClient ? statementOfOneClient : statement;
  }
}
