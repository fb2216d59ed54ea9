/**
 * The way of a heartbeat into PostgreSQL: gathered, checked, written exactly once.
 *
 * <p>May import: schema, bus, runtime, aggregator.catalog.
 */
@NullMarked
package io.muster.aggregator.ingest;

import org.jspecify.annotations.NullMarked;
