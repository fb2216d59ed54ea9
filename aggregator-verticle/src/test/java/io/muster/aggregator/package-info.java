/**
 * Tests of the aggregator role.
 *
 * <p>May import: schema, bus, runtime, testkit.
 */
@NullMarked
package io.muster.aggregator;

import org.jspecify.annotations.NullMarked;
