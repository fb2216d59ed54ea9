package io.muster.runtime.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;

/**
 * The metrics of a node of the cluster; on a node without a cluster all are 0 except {@code
 * healthy}. Safe for use by any thread.
 */
final class ClusterMetrics {
  final Counter repairs;
  final Counter repairFailures;
  private final MeterFactory meters;

  ClusterMetrics(MeterRegistry registry) {
    meters = new MeterFactory(registry, "muster.cluster.");
    repairs = meters.counter("repairs", "Times this node rewrote its subscriptions in the cluster");
    repairFailures =
        meters.counter(
            "repair.failures",
            "Times this node failed to write or check its subscriptions in the cluster");
  }

  void observe(ClusterNode node) {
    meters.gauge(
        "healthy",
        "1 if the other members can reach this node, else 0",
        node,
        source -> source.problem().isEmpty() ? 1 : 0);
    meters.gauge(
        "members",
        "Members of the cluster, including this node; 0 if not clustered",
        node,
        ClusterNode::memberCount);
  }
}
