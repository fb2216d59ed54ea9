package io.muster.schema.history;

import io.muster.schema.json.Flat;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One UTC day of one client, as the REST interface lists it; a client without a day has one entry
 * whose day and readings are null.
 *
 * @param date {@code YYYY-MM-DD}
 * @param usage means of the day
 * @param traffic network traffic of the day
 * @param totalHeartbeats number of heartbeats
 * @param lastHeartbeat UTC with six fraction digits
 */
public record MonitorDay(
    @Flat MonitoredClient client,
    Optional<String> date,
    @Flat MeanUsage usage,
    @Flat DayTraffic traffic,
    Optional<Integer> totalHeartbeats,
    Optional<String> lastHeartbeat) {
  /**
   * The client of a day.
   *
   * @param clientId 32 lower-case hexadecimal digits
   * @param clientName name
   * @param createdAt UTC, {@code YYYY-MM-DDTHH:MM:SS}
   * @param updatedAt UTC, {@code YYYY-MM-DDTHH:MM:SS}
   */
  public record MonitoredClient(
      String clientId, String clientName, String createdAt, String updatedAt) {}

  /**
   * The means of a day.
   *
   * @param avgCpuUsage percent 0..100
   * @param avgMemoryUsage percent 0..100
   * @param avgDiskUsage percent 0..100
   */
  public record MeanUsage(
      OptionalDouble avgCpuUsage, OptionalDouble avgMemoryUsage, OptionalDouble avgDiskUsage) {}

  /**
   * The network traffic of a day.
   *
   * @param totalNetworkInBytes received
   * @param totalNetworkOutBytes sent
   * @param avgNetworkInBytes received per heartbeat; 0 without one
   * @param avgNetworkOutBytes sent per heartbeat; 0 without one
   */
  public record DayTraffic(
      Optional<Long> totalNetworkInBytes,
      Optional<Long> totalNetworkOutBytes,
      double avgNetworkInBytes,
      double avgNetworkOutBytes) {
    /** Returns the traffic with its means over this number of heartbeats. */
    public static DayTraffic of(
        Optional<Long> inBytes, Optional<Long> outBytes, Optional<Integer> heartbeats) {
      return new DayTraffic(
          inBytes, outBytes, mean(inBytes, heartbeats), mean(outBytes, heartbeats));
    }

    private static double mean(Optional<Long> sum, Optional<Integer> count) {
      return sum.isPresent() && count.isPresent() ? (double) sum.get() / count.get() : 0;
    }
  }
}
