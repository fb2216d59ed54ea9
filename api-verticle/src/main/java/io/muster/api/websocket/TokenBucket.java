package io.muster.api.websocket;

/**
 * A token bucket: a rate per second on average, with bursts of twice that number.
 *
 * @param perSecond tokens added per second
 * @param tokens available tokens
 * @param refilledAtNanos time of the last refill, by a monotonic clock
 */
record TokenBucket(int perSecond, double tokens, long refilledAtNanos) {
  private static final int BURST_SECONDS = 2;
  private static final double NANOS_PER_SECOND = 1e9;

  static TokenBucket full(int perSecond, long nowNanos) {
    return new TokenBucket(perSecond, capacity(perSecond), nowNanos);
  }

  /** Returns the bucket refilled up to the given time. */
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
