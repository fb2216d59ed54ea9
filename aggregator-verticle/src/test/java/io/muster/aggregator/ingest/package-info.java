/**
 * Tests of the way of a heartbeat into PostgreSQL.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
