package io.muster.runtime.cluster;

/**
 * Whether this node's place in the cluster is in order.
 *
 * @param isHealthy false if others may fail to reach this node
 * @param reason one line for an operator, also when healthy
 */
public record ClusterHealth(boolean isHealthy, String reason) {}
