/**
 * The current fleet state, its publication to the event loops, and the position of each subscriber.
 *
 * <p>May import: schema, bus, runtime.node, api.fanout, api.fleet, api.stream.
 */
@NullMarked
package io.muster.api.state;

import org.jspecify.annotations.NullMarked;
