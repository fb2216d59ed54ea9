/**
 * The connections between the Hazelcast members: the handshake that proves the cluster's secret,
 * the limits of the port, and the reconnection to silent members. Only this package uses internals
 * of Hazelcast.
 *
 * <p>May import: bus.metrics, runtime.cluster.port, runtime.config.
 */
@NullMarked
package io.muster.runtime.cluster.member;

import org.jspecify.annotations.NullMarked;
