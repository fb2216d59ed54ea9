/**
 * Heartbeats of many collectors, validated and collected into batches.
 *
 * <p>May import: schema, bus, runtime, aggregator.catalog, aggregator.store.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
