package io.muster.schema.history;

/**
 * Counts of the clients of one user.
 *
 * @param systemsTotalNumber valid clients
 * @param systemsOnlineNumber clients whose newest heartbeat was received within the last 120 s
 * @param systemsMaintenanceNumber clients declared under maintenance
 * @param systemsWarningsNumber clients with at least one warning
 * @param totalTflops sum of the clients' rounded TFLOPS
 * @param uptimeRate mean uptime of yesterday (UTC), percent 0..100
 */
public record ClientStat(
    int systemsTotalNumber,
    int systemsOnlineNumber,
    int systemsMaintenanceNumber,
    int systemsWarningsNumber,
    long totalTflops,
    int uptimeRate) {}
