package io.muster.runtime.cluster;

import io.muster.runtime.config.HostPort;
import java.time.Instant;

/**
 * One node of the cluster.
 *
 * @param nodeId changes with each start of the node
 * @param address of its Hazelcast member
 * @param firstSeenAt when this node saw it first
 * @param isSelf whether it is this node
 */
public record ClusterMember(String nodeId, HostPort address, Instant firstSeenAt, boolean isSelf) {}
