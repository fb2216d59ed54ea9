package io.muster.runtime.cluster.member;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts rejected connections and logs them: once per minute for each address and reason, and at
 * most {@link #MAX_LINES} per minute in total. Safe for use by any thread.
 */
final class MemberRejections {
  /** The limit of log lines per minute. */
  static final int MAX_LINES = 20;

  private static final Logger log = LoggerFactory.getLogger(MemberRejections.class);
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Function<RejectionReason, Counter> counters;
  private final LongSupplier nanoTime;
  private final Set<LoggedRejection> logged = new HashSet<>();
  private long windowStartNanos;

  MemberRejections(MeterRegistry registry, LongSupplier nanoTime) {
    this.counters =
        new MeterFactory(registry, "muster.cluster.")
            .withTag("port", "member")
            .counters(
                "rejected.connections",
                "Connections to or from the cluster ports that were closed as not those of a"
                    + " member",
                "reason",
                RejectionReason.class);
    this.nanoTime = nanoTime;
    this.windowStartNanos = nanoTime.getAsLong();
  }

  /** Records a rejection by the given side of the connection. */
  void record(ConnectionSide side, InetAddress address, RejectionReason reason) {
    counters.apply(reason).increment();
    if (!claimLine(new LoggedRejection(side, address, reason))) {
      return;
    }
    switch (side) {
      case ACCEPTOR ->
          log.warn(
              "connection to the member port was rejected address={} reason={}",
              address.getHostAddress(),
              reason.text());
      case CONNECTOR ->
          log.warn(
              "connection to another member failed address={} reason={}",
              address.getHostAddress(),
              reason.text());
    }
  }

  private synchronized boolean claimLine(LoggedRejection rejection) {
    if (nanoTime.getAsLong() - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nanoTime.getAsLong();
      logged.clear();
    }
    return logged.size() < MAX_LINES && logged.add(rejection);
  }

  private record LoggedRejection(
      ConnectionSide side, InetAddress address, RejectionReason reason) {}
}
