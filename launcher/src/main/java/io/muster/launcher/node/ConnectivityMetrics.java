package io.muster.launcher.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.database.Database;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Registers the metrics of the cluster and of the database. */
final class ConnectivityMetrics {
  private final MeterRegistry registry;

  ConnectivityMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Registers the metrics of the cluster; on a node without a cluster all are 0 except {@code
   * healthy}.
   */
  void bind(ClusterNode cluster) {
    registerGauge(
        "muster.cluster.healthy",
        "1 if the other members can reach this node, else 0",
        cluster,
        node -> node.health().isHealthy() ? 1 : 0);
    registerGauge(
        "muster.cluster.members",
        "Members of the cluster, including this node; 0 if not clustered",
        cluster,
        node -> node.members().size());
    registerCounter(
        "muster.cluster.repairs",
        "Times this node rewrote its subscriptions in the cluster",
        cluster,
        ClusterNode::repairs);
    registerCounter(
        "muster.cluster.repair.failures",
        "Times this node failed to write or check its subscriptions in the cluster",
        cluster,
        ClusterNode::repairFailures);
  }

  /**
   * Registers the metrics of the database: sessions = losses + (1 while there is a session); calls
   * = succeeded + failures + in progress.
   */
  void bind(Database database) {
    registerGauge(
        "muster.database.up",
        "1 if the database accepts statements, else 0",
        database,
        source -> source.state().isUsable() ? 1 : 0);
    registerCounter(
        "muster.database.sessions",
        "Sessions established with the database server; all but the first are reconnects",
        database,
        Database::openedSessions);
    registerCounter(
        "muster.database.losses",
        "Sessions with the database server that were lost",
        database,
        Database::lostSessions);
    registerCounter(
        "muster.database.attempts.failed",
        "Failed attempts to connect to the database server",
        database,
        Database::failedAttempts);
    registerCounter("muster.database.calls", "Calls to the database", database, Database::calls);
    for (var code : Code.values()) {
      FunctionCounter.builder("muster.database.failures", database, source -> source.failures(code))
          .description("Failed calls to the database, by code")
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
