/**
 * Fleet events: the detection of conditions in the fleet state, their report to the aggregators,
 * and the delivery of the stored events.
 *
 * <p>May import: schema, bus, runtime.node, api.state.
 */
@NullMarked
package io.muster.api.event;

import org.jspecify.annotations.NullMarked;
