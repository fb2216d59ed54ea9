package io.muster.api.bridge.address;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.muster.schema.json.WireTime;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.GpuSummary;
import io.muster.schema.state.HostOrigin;
import io.muster.schema.state.HostSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The body of {@code muster.summary}: the sums over the fleet. Readings are those of hosts whose
 * frames arrive.
 *
 * @param at instant of the fleet state, UTC in whole seconds
 * @param cpuUtilizationPercent mean over the hosts that report it, 0..100
 * @param memoryUtilizationPercent mean over the hosts that report it, 0..100
 */
record FleetSummary(
    String at,
    HostSums hosts,
    GpuSums gpus,
    OptionalDouble cpuUtilizationPercent,
    OptionalDouble memoryUtilizationPercent) {

  static FleetSummary of(Instant at, List<FleetHost> hosts) {
    var reporting =
        hosts.stream()
            .map(FleetHost::summary)
            .filter(summary -> summary.lastSeenAt().isEmpty())
            .toList();
    return new FleetSummary(
        WireTime.utcSeconds(at),
        HostSums.of(hosts),
        GpuSums.of(reporting.stream().flatMap(summary -> summary.gpus().stream()).toList()),
        mean(reporting, HostSummary::cpuPercent),
        mean(reporting, HostSummary::memoryPercent));
  }

  private static <T> OptionalDouble mean(List<T> values, Function<T, OptionalInt> reading) {
    return values.stream().flatMapToInt(value -> reading.apply(value).stream()).average();
  }

  private static <T> Map<String, Long> count(List<T> values, Function<T, String> state) {
    return values.stream().collect(groupingBy(state, TreeMap::new, counting()));
  }

  /**
   * Numbers of hosts.
   *
   * @param simulated hosts whose readings are simulated
   * @param states number of hosts by state; a state without hosts is left out
   */
  record HostSums(int count, long simulated, Map<String, Long> states) {
    HostSums {
      states = Map.copyOf(states);
    }

    private static HostSums of(List<FleetHost> hosts) {
      return new HostSums(
          hosts.size(),
          hosts.stream().filter(host -> host.facts().origin() == HostOrigin.SIMULATED).count(),
          FleetSummary.count(hosts, host -> host.summary().state().word()));
    }
  }

  /**
   * Sums over the accelerators of hosts whose frames arrive.
   *
   * @param powerWatts sum over the accelerators that report it, W
   * @param states number of accelerators by state; a state without any is left out
   * @param utilizationPercent mean over the accelerators that report it, 0..100
   */
  record GpuSums(
      int count, long powerWatts, Map<String, Long> states, OptionalDouble utilizationPercent) {
    GpuSums {
      states = Map.copyOf(states);
    }

    private static GpuSums of(List<GpuSummary> gpus) {
      return new GpuSums(
          gpus.size(),
          gpus.stream().flatMapToInt(gpu -> gpu.powerWatts().stream()).asLongStream().sum(),
          FleetSummary.count(gpus, gpu -> gpu.state().word()),
          mean(gpus, GpuSummary::utilizationPercent));
    }
  }
}
