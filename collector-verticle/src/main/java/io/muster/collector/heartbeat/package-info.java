/**
 * The heartbeat pipeline of the collector: heartbeats are recorded from frames, spooled on disk and
 * sent until they are acknowledged.
 *
 * <p>May import: schema, bus, runtime.config, runtime.node, collector.source,
 * collector.heartbeat.spool.
 */
@NullMarked
package io.muster.collector.heartbeat;

import org.jspecify.annotations.NullMarked;
