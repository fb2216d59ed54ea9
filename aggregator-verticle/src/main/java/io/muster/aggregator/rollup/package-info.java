/**
 * Roll-ups of hours into days and client states, and of the readings of devices into minutes and
 * hours.
 *
 * <p>May import: schema, bus, runtime, aggregator.warning.
 */
@NullMarked
package io.muster.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
