/**
 * Tests of what writes heartbeats into PostgreSQL.
 *
 * <p>May import: schema, bus, runtime, testkit, aggregator.
 */
@NullMarked
package io.muster.aggregator.store;

import org.jspecify.annotations.NullMarked;
