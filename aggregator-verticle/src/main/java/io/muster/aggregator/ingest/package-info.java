/**
 * Heartbeats of many collectors, checked and gathered into batches.
 *
 * <p>May import: schema, bus, runtime, aggregator.catalog, aggregator.store.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
