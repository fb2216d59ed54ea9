package io.muster.collector.heartbeat.spool;

import io.muster.schema.history.Heartbeat;

/**
 * One heartbeat in the spool.
 *
 * @param clientId client id, 32 lower-case hexadecimal digits
 * @param heartbeat its readings
 */
public record SpoolRecord(String clientId, Heartbeat heartbeat) {}
