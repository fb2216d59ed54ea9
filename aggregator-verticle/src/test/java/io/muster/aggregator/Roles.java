package io.muster.aggregator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthBoard;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What a launcher would give to a role. */
public final class Roles {
  private Roles() {}

  public static Node node(Vertx vertx, InstantSource clock) {
    return new Node(
        vertx,
        "here",
        "fleet",
        "0",
        new Clocks(clock, System::nanoTime),
        new HealthBoard(),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }
}
