package io.muster.api.operations;

import io.muster.api.fleet.HostStatus;
import io.muster.schema.json.WireTime;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The answer of {@code /hosts}.
 *
 * @param counts of all known hosts
 * @param hosts by name
 */
record HostList(HostCounts counts, List<ListedHost> hosts) {
  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  HostList {
    hosts = List.copyOf(hosts);
  }

  /**
   * How many.
   *
   * @param alive hosts that are heard
   * @param gpus accelerators of the hosts that are heard
   * @param silent hosts that were heard once
   */
  record HostCounts(int alive, int gpus, int silent) {}

  /**
   * One host; the numbers are those of its newest frame, however old that is.
   *
   * @param alive whether it is heard: its newest frame is younger than two intervals and a second,
   *     and its collector did not fail to answer since
   * @param lastFrameAt end of the sampling pass by the host's clock, UTC in whole seconds
   * @param lastFrameAgeSeconds since it came, by this node's clock
   * @param intervalSeconds between two frames
   * @param simulated whether its readings are made up
   */
  record ListedHost(
      String hostId,
      String clientId,
      boolean alive,
      String lastFrameAt,
      double lastFrameAgeSeconds,
      double intervalSeconds,
      boolean simulated,
      int gpuCount,
      OptionalDouble gpuUtilizationPercent,
      OptionalDouble gpuPowerWatts,
      OptionalDouble cpuUtilizationPercent,
      OptionalDouble memoryUtilizationPercent) {

    static ListedHost of(HostStatus status) {
      var head = status.head();
      var headline = head.summary();
      return new ListedHost(
          head.hostId(),
          head.clientId(),
          status.alive(),
          WireTime.utcSeconds(head.sampledAt()),
          seconds(status.age()),
          seconds(head.interval()),
          head.simulated(),
          headline.gpuCount(),
          headline.gpuUtilizationPercent(),
          headline.gpuPowerWatts(),
          headline.cpuUtilizationPercent(),
          headline.memoryUtilizationPercent());
    }

    private static double seconds(Duration duration) {
      return duration.toNanos() / NANOS_PER_SECOND;
    }
  }
}
