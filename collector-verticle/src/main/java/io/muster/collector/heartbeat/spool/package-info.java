/**
 * A queue of heartbeats on disk: appended heartbeats survive any crash, in order, until they are
 * acknowledged.
 *
 * <p>May import: schema, runtime.file.
 */
@NullMarked
package io.muster.collector.heartbeat.spool;

import org.jspecify.annotations.NullMarked;
