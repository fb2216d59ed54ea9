package io.muster.collector.heartbeat.spool;

import io.muster.schema.history.Heartbeat;

/**
 * One heartbeat in the spool.
 *
 * @param clientId whose it is, 32 lower-case hexadecimal digits
 * @param heartbeat what it says
 */
public record SpoolRecord(String clientId, Heartbeat heartbeat) {}
