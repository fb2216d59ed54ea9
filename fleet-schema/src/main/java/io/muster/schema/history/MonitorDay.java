package io.muster.schema.history;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One UTC day of one client, as the REST interface lists it; a client without a day has one entry
 * whose day and readings are null.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param clientName name
 * @param createdAt UTC, {@code YYYY-MM-DDTHH:MM:SS}
 * @param updatedAt UTC, {@code YYYY-MM-DDTHH:MM:SS}
 * @param date {@code YYYY-MM-DD}
 * @param avgCpuUsage percent 0..100
 * @param avgMemoryUsage percent 0..100
 * @param avgDiskUsage percent 0..100
 * @param totalNetworkInBytes received
 * @param totalNetworkOutBytes sent
 * @param totalHeartbeats number of heartbeats
 * @param lastHeartbeat UTC with six fraction digits
 * @param avgNetworkInBytes received per heartbeat; 0 without one
 * @param avgNetworkOutBytes sent per heartbeat; 0 without one
 */
public record MonitorDay(
    String clientId,
    String clientName,
    String createdAt,
    String updatedAt,
    Optional<String> date,
    OptionalDouble avgCpuUsage,
    OptionalDouble avgMemoryUsage,
    OptionalDouble avgDiskUsage,
    Optional<Long> totalNetworkInBytes,
    Optional<Long> totalNetworkOutBytes,
    Optional<Integer> totalHeartbeats,
    Optional<String> lastHeartbeat,
    double avgNetworkInBytes,
    double avgNetworkOutBytes) {}
