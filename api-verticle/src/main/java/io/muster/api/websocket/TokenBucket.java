package io.muster.api.websocket;

/**
 * So many a second in the long run, twice as many at once.
 *
 * @param perSecond what flows in
 * @param tokens what is there
 * @param filledNanos until when it was filled, by a monotonic clock
 */
record TokenBucket(int perSecond, double tokens, long filledNanos) {
  private static final int BURST_SECONDS = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  static TokenBucket full(int perSecond, long nowNanos) {
    return new TokenBucket(perSecond, capacity(perSecond), nowNanos);
  }

  /** The bucket as it is now. */
  TokenBucket filled(long nowNanos) {
    double gained = (nowNanos - filledNanos) / NANOS_PER_SECOND * perSecond;
    return new TokenBucket(perSecond, Math.min(capacity(perSecond), tokens + gained), nowNanos);
  }

  boolean hasOne() {
    return tokens >= 1;
  }

  boolean isFull() {
    return tokens >= capacity(perSecond);
  }

  TokenBucket withoutOne() {
    return new TokenBucket(perSecond, tokens - 1, filledNanos);
  }

  private static double capacity(int perSecond) {
    return (double) perSecond * BURST_SECONDS;
  }
}
