package io.muster.runtime.cluster;

import io.muster.runtime.tls.WatchedIdentity;
import java.time.Duration;

/**
 * The timeouts and intervals of a cluster member. The standard values were determined by
 * measurement; tests shorten them.
 *
 * @param heartbeatInterval of Hazelcast, whole seconds
 * @param heartbeatTimeout time after which a silent member is removed, whole seconds; below 10 s a
 *     stall of one member splits healthy ones
 * @param memberSilence time without data from a member after which its connections are opened
 *     again; must exceed two heartbeats
 * @param mergeInterval interval at which the members of a split cluster search for the other part,
 *     whole seconds
 * @param pingInterval idle time of an event bus connection before a ping is sent
 * @param readIdleTimeout time without incoming data after which an event bus connection is closed,
 *     together with the data waiting to be written to it; must exceed two pings
 * @param settleDelay time without membership changes before subscriptions are repaired
 * @param watchdogInterval interval of the unconditional checks of the subscriptions
 * @param certificateInterval interval at which the certificate files are read again
 */
record ClusterTiming(
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    Duration memberSilence,
    Duration mergeInterval,
    Duration pingInterval,
    Duration readIdleTimeout,
    Duration settleDelay,
    Duration watchdogInterval,
    Duration certificateInterval) {
  static ClusterTiming standard() {
    return new ClusterTiming(
        Duration.ofSeconds(2),
        Duration.ofSeconds(18),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        Duration.ofMillis(1500),
        Duration.ofSeconds(30),
        WatchedIdentity.INTERVAL);
  }
}
