package io.muster.runtime.cluster.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts rejected connections to the event bus and logs them: once per minute for each address, and
 * at most {@link #MAX_LINES} per minute in total. Safe for use by any thread.
 */
final class BusRejections {
  /** The limit of log lines per minute. */
  static final int MAX_LINES = 20;

  private static final Logger log = LoggerFactory.getLogger(BusRejections.class);
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Function<BusRejection, Counter> counters;
  private final LongSupplier nanoTime;
  private final Set<String> loggedAddresses = new HashSet<>();
  private long windowStartNanos;

  BusRejections(MeterRegistry registry, LongSupplier nanoTime) {
    this.counters =
        new MeterFactory(registry, "muster.cluster.")
            .withTag("port", "bus")
            .counters(
                "rejected.connections",
                "Connections to or from the cluster ports that were closed as not those of a"
                    + " member",
                "reason",
                BusRejection.class);
    this.nanoTime = nanoTime;
    this.windowStartNanos = nanoTime.getAsLong();
  }

  void record(SocketAddress address, BusRejection reason) {
    counters.apply(reason).increment();
    var host = host(address);
    if (claimLine(host)) {
      log.warn(
          "connection to the event bus was rejected address={} reason={}", host, reason.text());
    }
  }

  private synchronized boolean claimLine(String host) {
    if (nanoTime.getAsLong() - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nanoTime.getAsLong();
      loggedAddresses.clear();
    }
    return loggedAddresses.size() < MAX_LINES && loggedAddresses.add(host);
  }

  private static String host(SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : String.valueOf(address);
  }
}
