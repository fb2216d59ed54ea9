package io.muster.api.websocket;

/**
 * So many a second in the long run, twice as many at once.
 *
 * @param perSecond what flows in
 * @param tokens what is there
 * @param refilledAtNanos until when it was filled, by a monotonic clock
 */
record TokenBucket(int perSecond, double tokens, long refilledAtNanos) {
  private static final int BURST_SECONDS = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  static TokenBucket full(int perSecond, long nowNanos) {
    return new TokenBucket(perSecond, capacity(perSecond), nowNanos);
  }

  /** The bucket as it is now. */
  TokenBucket withRefill(long nowNanos) {
    double addedTokens = (nowNanos - refilledAtNanos) / NANOS_PER_SECOND * perSecond;
    return new TokenBucket(
        perSecond, Math.min(capacity(perSecond), tokens + addedTokens), nowNanos);
  }

  boolean hasToken() {
    return tokens >= 1;
  }

  boolean isFull() {
    return tokens >= capacity(perSecond);
  }

  TokenBucket withoutToken() {
    return new TokenBucket(perSecond, tokens - 1, refilledAtNanos);
  }

  private static double capacity(int perSecond) {
    return (double) perSecond * BURST_SECONDS;
  }
}
