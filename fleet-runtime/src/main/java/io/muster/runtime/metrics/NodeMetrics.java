package io.muster.runtime.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.spi.VertxMetricsFactory;

/**
 * The metrics of one node. The exposition name of every registered meter begins with {@code
 * muster_}, so that one scrape can contain it beside the readings of hosts.
 */
public final class NodeMetrics {
  private static final String PREFIX = "muster.";

  private NodeMetrics() {}

  /** Creates an empty registry. */
  public static PrometheusMeterRegistry createRegistry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(new PrefixFilter());
    return registry;
  }

  /**
   * Metrics of the event bus, the SQL client with its pool, and the HTTP servers. The cost is some
   * microseconds per message and negligible per request.
   */
  public static VertxMetricsFactory vertxMetricsFactory(MeterRegistry registry) {
    return new CompositeVertxMetrics.Factory(registry);
  }

  /** CPU, memory, garbage collection, threads and file descriptors of this JVM. */
  public static void bindProcessMetrics(MeterRegistry registry) {
    ProcessMetrics.bind(new MeterFactory(registry, PREFIX));
  }

  private static final class PrefixFilter implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getName().startsWith(PREFIX) ? id : id.withName(PREFIX + id.getName());
    }
  }
}
