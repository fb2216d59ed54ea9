package io.muster.schema.history;

/**
 * The clients of one user, counted.
 *
 * @param systemsTotalNumber valid clients
 * @param systemsOnlineNumber heard within the last 120 s
 * @param systemsMaintenanceNumber declared under maintenance
 * @param systemsWarningsNumber with at least one warning
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
