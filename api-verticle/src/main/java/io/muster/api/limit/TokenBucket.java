package io.muster.api.limit;

/**
 * A token bucket: limits how often something happens, to a rate on average and to the capacity of
 * the bucket in a burst.
 *
 * @param perSecond tokens added per second
 * @param capacity maximum of tokens
 * @param tokens tokens at the time of the last refill
 * @param refilledAtNanos time of the last refill, by a monotonic clock
 * @param granted true if the last call of {@link #take} got a token
 */
public record TokenBucket(
    int perSecond, int capacity, double tokens, long refilledAtNanos, boolean granted) {
  private static final double NANOS_PER_SECOND = 1e9;

  public static TokenBucket full(int perSecond, int capacity, long nowNanos) {
    return new TokenBucket(perSecond, capacity, capacity, nowNanos, true);
  }

  /** Returns the bucket with one token less if there is one. */
  public TokenBucket take(long nowNanos) {
    var available = availableTokens(nowNanos);
    var isGranted = available >= 1;
    return new TokenBucket(
        perSecond, capacity, isGranted ? available - 1 : available, nowNanos, isGranted);
  }

  boolean hasToken(long nowNanos) {
    return availableTokens(nowNanos) >= 1;
  }

  boolean isFull(long nowNanos) {
    return availableTokens(nowNanos) >= capacity;
  }

  private double availableTokens(long nowNanos) {
    var addedTokens = (nowNanos - refilledAtNanos) / NANOS_PER_SECOND * perSecond;
    return Math.min(capacity, tokens + addedTokens);
  }
}
