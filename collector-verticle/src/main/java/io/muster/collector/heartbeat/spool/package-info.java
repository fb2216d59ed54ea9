/**
 * A queue of heartbeats on disk: what was appended is still there after any crash, in order, until
 * it is acknowledged.
 *
 * <p>May import: schema.
 */
@NullMarked
package io.muster.collector.heartbeat.spool;

import org.jspecify.annotations.NullMarked;
