/**
 * The path of heartbeats into the database: requests of many collectors, validated, collected into
 * batches, and stored exactly once, with all their sums.
 *
 * <p>May import: schema, bus, runtime, aggregator.catalog, aggregator.event.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
