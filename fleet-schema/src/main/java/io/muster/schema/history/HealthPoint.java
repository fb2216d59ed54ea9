package io.muster.schema.history;

/**
 * One heartbeat, or the mean of the heartbeats of one bin, as the REST interface lists it.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param clientName name
 * @param timestamp UTC with six fraction digits
 * @param cpuUsage percent 0..100
 * @param memUsage percent 0..100
 * @param diskUsage percent 0..100
 * @param networkUp bytes sent
 * @param networkDown bytes received
 */
public record HealthPoint(
    String clientId,
    String clientName,
    String timestamp,
    int cpuUsage,
    int memUsage,
    int diskUsage,
    long networkUp,
    long networkDown) {}
