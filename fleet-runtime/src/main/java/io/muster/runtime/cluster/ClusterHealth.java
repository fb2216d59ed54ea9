package io.muster.runtime.cluster;

/**
 * The health of this node's membership in the cluster.
 *
 * @param isHealthy false if other members may be unable to reach this node
 * @param reason one line for an operator, also if healthy
 */
public record ClusterHealth(boolean isHealthy, String reason) {}
