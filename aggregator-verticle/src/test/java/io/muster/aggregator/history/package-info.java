/**
 * Tests of the answers from what is remembered.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.history;

import org.jspecify.annotations.NullMarked;
