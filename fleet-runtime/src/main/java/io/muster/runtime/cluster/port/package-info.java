/**
 * Limits and counters of connections that both ports of the cluster use.
 *
 * <p>May import: bus.metrics.
 */
@NullMarked
package io.muster.runtime.cluster.port;

import org.jspecify.annotations.NullMarked;
