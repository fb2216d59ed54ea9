/**
 * Tests of the folds.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator.fold;

import org.jspecify.annotations.NullMarked;
