package io.muster.runtime.meter;

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
public final class NodeMeters {
  private static final String PREFIX = "muster.";

  private NodeMeters() {}

  /** An empty registry. */
  public static PrometheusMeterRegistry registry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.config().meterFilter(new Prefixed());
    return registry;
  }

  /**
   * What Vert.x tells of its event bus, its SQL client with its pool, and its HTTP servers. It
   * costs some microseconds for a message, and next to nothing for a request.
   */
  public static VertxMetricsFactory vertx(MeterRegistry registry) {
    return new VertxMeters.Factory(registry);
  }

  /** CPU, memory, garbage collection, threads and file descriptors of this JVM. */
  public static void process(MeterRegistry registry) {
    new ProcessMeters(registry).bind();
  }

  private static final class Prefixed implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getName().startsWith(PREFIX) ? id : id.withName(PREFIX + id.getName());
    }
  }
}
