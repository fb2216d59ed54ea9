/**
 * Tests of the storage of heartbeats in PostgreSQL.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.store;

import org.jspecify.annotations.NullMarked;
