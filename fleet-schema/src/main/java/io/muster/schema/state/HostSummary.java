package io.muster.schema.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state of a host and its main readings in whole numbers, of which any may be absent. Those of
 * a host that is silent are its last ones.
 *
 * @param cpuPercent utilization of its CPUs, 0..100
 * @param memoryPercent utilization of its memory, 0..100
 * @param lastSeenAt arrival of its newest frame, by the clock of the api node; empty while its
 *     frames arrive
 * @param gpus by index, as in {@link HostFacts#gpus}
 */
public record HostSummary(
    HostState state,
    OptionalInt cpuPercent,
    OptionalInt memoryPercent,
    Optional<Instant> lastSeenAt,
    List<GpuSummary> gpus) {
  public HostSummary {
    gpus = List.copyOf(gpus);
  }
}
