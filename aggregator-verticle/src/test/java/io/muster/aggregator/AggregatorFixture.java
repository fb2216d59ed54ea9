package io.muster.aggregator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.history.HistoryConfig;
import io.muster.aggregator.ingest.IngestConfig;
import io.muster.aggregator.maintenance.MaintenanceConfig;
import io.muster.aggregator.rollup.RollupConfig;
import io.muster.bus.transport.BusService;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** The node and the settings that the launcher would pass to the role. */
public final class AggregatorFixture {
  private AggregatorFixture() {}

  /** Returns the default settings, except for the ingest. */
  public static AggregatorConfig config(IngestConfig ingest) {
    return new AggregatorConfig(
        ingest,
        GpuModels.bundled(),
        new RollupConfig(Duration.ofSeconds(10)),
        new HistoryConfig(false),
        MaintenanceConfig.DEFAULTS);
  }

  public static Node node(Vertx vertx, InstantSource clock) {
    return node(vertx, new Clocks(clock, System::nanoTime));
  }

  public static Node node(Vertx vertx, Clocks clocks) {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return new Node(
        vertx,
        "node-1",
        "fleet",
        "0",
        clocks,
        new HealthChecks(),
        registry,
        new BusService(vertx, registry, clocks.nanoTime()),
        Map::of);
  }
}
