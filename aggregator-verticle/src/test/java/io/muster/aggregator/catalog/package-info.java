/**
 * Tests of the table of GPU models.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.catalog;

import org.jspecify.annotations.NullMarked;
