package io.muster.schema.frame;

import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.util.List;

/**
 * The typed sections of one frame. A section that was not collected is an empty list here, and
 * absent from the encoded frame.
 */
public record Readings(
    List<Gpu> gpus,
    List<Cpu> cpus,
    List<Memory> memory,
    List<Chassis> chassis,
    List<ProcessEntry> processes,
    List<Storage> storage) {
  /** No readings. */
  public static final Readings EMPTY =
      new Readings(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public Readings {
    gpus = List.copyOf(gpus);
    cpus = List.copyOf(cpus);
    memory = List.copyOf(memory);
    chassis = List.copyOf(chassis);
    processes = List.copyOf(processes);
    storage = List.copyOf(storage);
  }

  /** Returns the entries of one section. */
  public List<?> entries(Section section) {
    return switch (section) {
      case CHASSIS -> chassis;
      case CPU -> cpus;
      case GPU -> gpus;
      case MEMORY -> memory;
      case PROCESS -> processes;
      case STORAGE -> storage;
    };
  }
}
