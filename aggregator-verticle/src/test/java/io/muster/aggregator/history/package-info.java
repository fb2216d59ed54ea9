/**
 * Tests of the queries over the stored history.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.history;

import org.jspecify.annotations.NullMarked;
