package io.muster.collector.source;

import io.muster.schema.frame.Section;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All readings of a host except its accelerators, at one instant. A section that could not be read
 * is empty and has a failure.
 *
 * @param chassis without the power of the GPUs, which the frame adds
 * @param processes empty unless the request includes them; every process of the host, by pid,
 *     without GPU columns
 * @param network counters over all physical interfaces
 */
public record HostReadings(
    Optional<Cpu> cpu,
    Optional<Memory> memory,
    Optional<Chassis> chassis,
    List<Storage> storage,
    Optional<List<ProcessEntry>> processes,
    Optional<NetworkCounters> network,
    List<ReadFailure> failures) {
  /** Sections that are missing in a frame if the source does not return. */
  public static final Set<Section> SECTIONS =
      Set.of(Section.CPU, Section.MEMORY, Section.CHASSIS, Section.STORAGE);

  public HostReadings {
    storage = List.copyOf(storage);
    processes = processes.map(List::copyOf);
    failures = List.copyOf(failures);
  }

  /**
   * Bytes since the interfaces came up; the counters decrease when an interface is created again.
   *
   * @param sentBytes over all physical interfaces
   * @param receivedBytes over all physical interfaces
   */
  public record NetworkCounters(long sentBytes, long receivedBytes) {}
}
