package io.muster.schema.client;

/**
 * One client in a list. Percentages are integers 0..100, and 0 without data; instants are UTC with
 * six fraction digits.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param clientName name
 * @param clientStatus effective status: the declared status, corrected by the heartbeats received
 * @param osType operating system; empty text when unknown
 * @param deviceName first accelerator; empty text without one
 * @param tflops peak dense FP32 of all accelerators, rounded
 * @param cpuUsage newest heartbeat
 * @param memoryUsage newest heartbeat
 * @param storageUsage newest heartbeat
 * @param health score 0..100
 * @param lastOnline newest heartbeat received, else time of creation
 * @param createdAt time of creation
 * @param uptimeDays UTC days with a heartbeat
 */
public record ClientSummary(
    String clientId,
    String clientName,
    String clientStatus,
    String osType,
    String deviceName,
    int tflops,
    int cpuUsage,
    int memoryUsage,
    int storageUsage,
    int health,
    String lastOnline,
    String createdAt,
    int uptimeDays) {}
