/**
 * Tests of the warnings.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator.warning;

import org.jspecify.annotations.NullMarked;
