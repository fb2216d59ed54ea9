package io.muster.runtime.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.spi.VertxMetricsFactory;

/**
 * The counters and gauges of one node. Whatever is registered, by whom ever, is called {@code
 * muster_...} on the wire, so that one scrape can hold it beside the readings of hosts.
 */
public final class NodeMetrics {
  private static final String PREFIX = "muster.";

  private NodeMetrics() {}

  /** An empty registry. */
  public static PrometheusMeterRegistry createRegistry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(new PrefixFilter());
    return registry;
  }

  /**
   * What Vert.x tells of its event bus, its SQL client with its pool, and its HTTP servers. It
   * costs some microseconds for a message, and next to nothing for a request.
   */
  public static VertxMetricsFactory vertxMetricsFactory(MeterRegistry registry) {
    return new CompositeVertxMetrics.Factory(registry);
  }

  /** CPU, memory, garbage collection, threads and file descriptors of this JVM. */
  public static void bindProcessMetrics(MeterRegistry registry) {
    new ProcessMetrics(registry).bind();
  }

  private static final class PrefixFilter implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getName().startsWith(PREFIX) ? id : id.withName(PREFIX + id.getName());
    }
  }
}
