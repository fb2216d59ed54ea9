package io.muster.schema.history;

import java.util.List;

/**
 * The readings of a frame that are stored in history. A host has at most one heartbeat per
 * millisecond: (client, instant) identifies it, so that a heartbeat that is sent again is not
 * stored twice.
 *
 * @param atMillis instant of the frame by the host's clock, milliseconds since the epoch
 * @param cpuPercent 0..100
 * @param memoryPercent 0..100
 * @param diskPercent used / total, summed over all file systems, 0..100
 * @param networkUpBytes sent since the previous heartbeat
 * @param networkDownBytes received since the previous heartbeat
 * @param devices the accelerators, by index
 */
public record Heartbeat(
    long atMillis,
    int cpuPercent,
    int memoryPercent,
    int diskPercent,
    long networkUpBytes,
    long networkDownBytes,
    List<DeviceReading> devices) {
  /** Upper bound of a byte count between two heartbeats: 10^15. */
  public static final long MAX_NETWORK_BYTES = 1_000_000_000_000_000L;

  public Heartbeat {
    requirePercent("cpu_percent", cpuPercent);
    requirePercent("memory_percent", memoryPercent);
    requirePercent("disk_percent", diskPercent);
    requireBytes("network_up_bytes", networkUpBytes);
    requireBytes("network_down_bytes", networkDownBytes);
    devices = List.copyOf(devices);
  }

  private static void requirePercent(String name, int percent) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException(name + "=" + percent + ": expected 0 to 100");
    }
  }

  private static void requireBytes(String name, long bytes) {
    if (bytes < 0 || bytes > MAX_NETWORK_BYTES) {
      throw new IllegalArgumentException(
          name + "=" + bytes + ": expected 0 to " + MAX_NETWORK_BYTES);
    }
  }
}
