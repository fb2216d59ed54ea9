/**
 * The way of a heartbeat on the collector's side: recorded from frames, kept on disk, sent until it
 * is acknowledged.
 *
 * <p>May import: schema, bus, runtime.config, collector.source, collector.heartbeat.spool.
 */
@NullMarked
package io.muster.collector.heartbeat;

import org.jspecify.annotations.NullMarked;
