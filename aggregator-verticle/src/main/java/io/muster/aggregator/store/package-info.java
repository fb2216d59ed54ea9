/**
 * The storage of heartbeats in PostgreSQL: each exactly once, with all its sums.
 *
 * <p>May import: schema, bus, runtime.database, aggregator.catalog.
 */
@NullMarked
package io.muster.aggregator.store;

import org.jspecify.annotations.NullMarked;
