/**
 * Tests of the roll-ups.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
