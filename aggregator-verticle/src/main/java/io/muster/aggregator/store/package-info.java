/**
 * What writes heartbeats into PostgreSQL: each exactly once, with all that adds up.
 *
 * <p>May import: schema, bus, runtime.database, aggregator.catalog.
 */
@NullMarked
package io.muster.aggregator.store;

import org.jspecify.annotations.NullMarked;
