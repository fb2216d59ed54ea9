package io.muster.schema.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

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
 * @param devices the accelerators, by index; an empty list: there is none; empty: not reported,
 *     which says nothing about them
 */
public record Heartbeat(
    long atMillis,
    int cpuPercent,
    int memoryPercent,
    int diskPercent,
    long networkUpBytes,
    long networkDownBytes,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<DeviceReading>> devices) {
  /** Upper bound of a byte count between two heartbeats: 10^15. */
  public static final long MAX_NETWORK_BYTES = 1_000_000_000_000_000L;

  public Heartbeat {
    requirePercent("cpu_percent", cpuPercent);
    requirePercent("memory_percent", memoryPercent);
    requirePercent("disk_percent", diskPercent);
    requireBytes("network_up_bytes", networkUpBytes);
    requireBytes("network_down_bytes", networkDownBytes);
    devices = devices.map(List::copyOf);
  }

  /** Returns the number of accelerators that the heartbeat reports, 0 if it reports none. */
  public int deviceCount() {
    return devices.map(List::size).orElse(0);
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
