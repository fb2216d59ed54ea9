package io.muster.launcher.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.database.Database;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What cluster and database count, for whoever scrapes this node. */
final class ConnectivityMetrics {
  private final MeterRegistry registry;

  ConnectivityMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A node that is not clustered has no members and repairs nothing. */
  void bind(ClusterNode cluster) {
    registerGauge(
        "muster.cluster.healthy",
        "1 when the others can reach this node, else 0",
        cluster,
        node -> node.health().isHealthy() ? 1 : 0);
    registerGauge(
        "muster.cluster.members",
        "Members of the cluster, this node included; 0 when not clustered",
        cluster,
        node -> node.members().size());
    registerCounter(
        "muster.cluster.repairs",
        "Times that this node wrote its subscriptions again",
        cluster,
        ClusterNode::repairs);
    registerCounter(
        "muster.cluster.repair.failures",
        "Times that the subscriptions could not be written or checked",
        cluster,
        ClusterNode::repairFailures);
  }

  /** sessions = losses + (1 while there is one); calls = succeeded + failures + under way. */
  void bind(Database database) {
    registerGauge(
        "muster.database.up",
        "1 when statements are let through, else 0",
        database,
        source -> source.state().isUsable() ? 1 : 0);
    registerCounter(
        "muster.database.sessions",
        "Times that the server was reached and found fit; all but the first are reconnects",
        database,
        Database::sessions);
    registerCounter(
        "muster.database.losses", "Times that the server was lost", database, Database::losses);
    registerCounter(
        "muster.database.attempts.failed",
        "Attempts to reach the server that failed",
        database,
        Database::failedAttempts);
    registerCounter(
        "muster.database.calls", "Pieces of work for the database", database, Database::calls);
    for (var code : Code.values()) {
      FunctionCounter.builder("muster.database.failures", database, source -> source.failures(code))
          .description("Pieces of work that failed, by code")
          .tag("code", code.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  private <T> void registerCounter(String name, String help, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, source, value).description(help).register(registry);
  }

  private <T> void registerGauge(String name, String help, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value).description(help).register(registry);
  }
}
