/**
 * One node of the fleet: standalone on a local event bus, or a member of a Hazelcast cluster that
 * repairs itself.
 *
 * <p>May import: bus, runtime.cluster.bus, runtime.cluster.member, runtime.config, runtime.tls.
 */
@NullMarked
package io.muster.runtime.cluster;

import org.jspecify.annotations.NullMarked;
