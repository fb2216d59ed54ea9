package io.muster.runtime.cluster.port;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.LogLimit;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The rejected connections of one cluster port: counts all of them, and limits the log lines about
 * them. Safe for use by any thread.
 *
 * @param <R> reason of a rejection
 */
public final class RejectedConnections<R extends Enum<R>> {
  private final Function<R, Counter> counters;
  private final LogLimit logLimit;

  /**
   * Registers the counters.
   *
   * @param port {@code bus} or {@code member}
   * @param nanoTime elapsed time, ns
   */
  public RejectedConnections(
      MeterRegistry registry, String port, Class<R> reasons, LongSupplier nanoTime) {
    this.counters =
        new MeterFactory(registry, "muster.cluster.")
            .withTag("port", port)
            .counters(
                "rejected.connections",
                "Connections to or from the cluster ports that were closed as not those of a"
                    + " member",
                "reason",
                reasons);
    this.logLimit = new LogLimit(nanoTime);
  }

  /** Counts a connection. Returns true if it is to be logged, within the {@link LogLimit}. */
  public boolean count(R reason, Object subject) {
    counters.apply(reason).increment();
    return logLimit.claimLine(subject);
  }
}
