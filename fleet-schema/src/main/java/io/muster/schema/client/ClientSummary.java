package io.muster.schema.client;

import io.muster.schema.json.Flat;

/**
 * One client in a list. Instants are UTC with six fraction digits.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param clientName name
 * @param clientStatus effective status: the declared status, corrected by the heartbeats received
 * @param lastOnline newest heartbeat received, else time of creation
 * @param createdAt time of creation
 * @param uptimeDays UTC days with a heartbeat
 */
public record ClientSummary(
    String clientId,
    String clientName,
    String clientStatus,
    @Flat Equipment equipment,
    @Flat Condition condition,
    String lastOnline,
    String createdAt,
    int uptimeDays) {
  /**
   * The operating system and the accelerators of a client.
   *
   * @param osType operating system; empty text when unknown
   * @param deviceName first accelerator; empty text without one
   * @param tflops peak dense FP32 of all accelerators, rounded
   */
  public record Equipment(String osType, String deviceName, int tflops) {}

  /**
   * The newest heartbeat of a client. Percentages are integers 0..100, and 0 without data.
   *
   * @param cpuUsage percent
   * @param memoryUsage percent
   * @param storageUsage percent
   * @param health score 0..100
   */
  public record Condition(int cpuUsage, int memoryUsage, int storageUsage, int health) {}
}
