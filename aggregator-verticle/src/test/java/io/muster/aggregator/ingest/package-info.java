/**
 * Tests of the ingest of heartbeats.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
