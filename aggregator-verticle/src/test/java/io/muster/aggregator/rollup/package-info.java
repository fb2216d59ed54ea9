/**
 * Tests of the folds.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator.rollup;

import org.jspecify.annotations.NullMarked;
