package io.muster.api.allsmi;

import io.muster.api.http.Query;
import java.time.Duration;

/**
 * The times that a client of {@code /events} requested.
 *
 * @param throttle minimum time between two events; zero for every event
 * @param keepAlive maximum time without a write
 */
record StreamTiming(Duration throttle, Duration keepAlive) {
  private static final long MAX_SECONDS = 86_400;
  private static final long DEFAULT_KEEP_ALIVE_SECONDS = 30;

  static StreamTiming parse(Query query) {
    var throttle = query.wholeNumber("throttle", 0);
    var keepAlive = query.wholeNumber("heartbeat", 0);
    return new StreamTiming(
        Duration.ofSeconds(clamp(throttle)),
        Duration.ofSeconds(keepAlive == 0 ? DEFAULT_KEEP_ALIVE_SECONDS : clamp(keepAlive)));
  }

  /**
   * The throttle less a tenth of the frames' interval, ns, so that a frame that arrives slightly
   * early is not skipped; zero if the throttle does not exceed the interval.
   */
  long minSpacingNanos(Duration interval) {
    return throttle.compareTo(interval) <= 0 ? 0 : throttle.minus(interval.dividedBy(10)).toNanos();
  }

  private static long clamp(long seconds) {
    return Long.compareUnsigned(seconds, MAX_SECONDS) > 0 ? MAX_SECONDS : seconds;
  }
}
