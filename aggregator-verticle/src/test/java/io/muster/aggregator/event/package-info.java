/**
 * Tests of the fleet events.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator.event;

import org.jspecify.annotations.NullMarked;
