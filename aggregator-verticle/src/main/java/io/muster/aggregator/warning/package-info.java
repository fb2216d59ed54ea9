/**
 * Warnings of clients: their rules, and their evaluation heartbeat by heartbeat.
 *
 * <p>May import: schema, bus, runtime, aggregator.event.
 */
@NullMarked
package io.muster.aggregator.warning;

import org.jspecify.annotations.NullMarked;
