/**
 * Roll-ups of hours into days and client states.
 *
 * <p>May import: schema, bus, runtime.
 */
@NullMarked
package io.muster.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
