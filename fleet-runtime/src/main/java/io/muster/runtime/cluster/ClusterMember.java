package io.muster.runtime.cluster;

import io.muster.runtime.config.HostPort;
import java.time.Instant;

/**
 * One member of the cluster.
 *
 * @param nodeId changes with each start of the node
 * @param address of its Hazelcast member
 * @param firstSeenAt instant at which this node first saw the member
 * @param isSelf true if the member is this node
 */
public record ClusterMember(String nodeId, HostPort address, Instant firstSeenAt, boolean isSelf) {}
