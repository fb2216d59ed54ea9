package io.muster.api.operations;

import io.muster.api.fleet.HostStatus;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.json.Flat;
import io.muster.schema.json.WireTime;
import java.time.Duration;
import java.util.List;

/**
 * The response of {@code /hosts}.
 *
 * @param counts counts of all known hosts
 * @param hosts selected hosts, by name
 */
record HostList(HostCounts counts, List<ListedHost> hosts) {
  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  HostList {
    hosts = List.copyOf(hosts);
  }

  /**
   * Numbers of hosts and of GPUs.
   *
   * @param alive hosts that are not silent
   * @param gpus accelerators of those hosts
   * @param silent hosts that have stopped reporting
   */
  record HostCounts(int alive, int gpus, int silent) {}

  /**
   * One host; the numbers are those of its latest frame, regardless of its age.
   *
   * @param alive true if its latest frame is younger than two intervals and a second, and its
   *     collector has not failed to respond since
   * @param lastFrameAt end of the sampling pass by the host's clock, UTC in whole seconds
   * @param lastFrameAgeSeconds time since the frame arrived, by this node's clock
   * @param intervalSeconds time between two frames
   * @param simulated true if its readings are simulated
   */
  record ListedHost(
      String hostId,
      String clientId,
      boolean alive,
      String lastFrameAt,
      double lastFrameAgeSeconds,
      double intervalSeconds,
      boolean simulated,
      @Flat FrameSummary summary) {

    static ListedHost of(HostStatus status) {
      var header = status.header();
      return new ListedHost(
          header.hostId(),
          header.clientId(),
          status.alive(),
          WireTime.utcSeconds(header.sampledAt()),
          seconds(status.age()),
          seconds(header.interval()),
          header.isSimulated(),
          header.summary());
    }

    private static double seconds(Duration duration) {
      return duration.toNanos() / NANOS_PER_SECOND;
    }
  }
}
