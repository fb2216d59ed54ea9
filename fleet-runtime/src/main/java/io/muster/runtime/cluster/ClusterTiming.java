package io.muster.runtime.cluster;

import java.time.Duration;

/**
 * How fast a node notices, gives up and tries again. The standard values are the measured ones;
 * tests shorten them.
 *
 * @param heartbeatInterval of Hazelcast, whole seconds
 * @param heartbeatTimeout a member that is silent for so long is removed, whole seconds; below 10 s
 *     a stall of one member splits healthy ones
 * @param mergeInterval how often a split cluster looks for its other half, whole seconds
 * @param pingInterval how long an event bus connection is quiet before it is probed
 * @param readIdleTimeout an event bus connection from which nothing came for so long is closed,
 *     with whatever waits to be written to it; must exceed two pings
 * @param settleDelay membership must be quiet for so long before subscriptions are repaired
 * @param watchdogInterval how often subscriptions are checked without any reason
 */
record ClusterTiming(
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    Duration mergeInterval,
    Duration pingInterval,
    Duration readIdleTimeout,
    Duration settleDelay,
    Duration watchdogInterval) {
  static ClusterTiming standard() {
    return new ClusterTiming(
        Duration.ofSeconds(2),
        Duration.ofSeconds(12),
        Duration.ofSeconds(15),
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        Duration.ofMillis(1500),
        Duration.ofSeconds(30));
  }
}
