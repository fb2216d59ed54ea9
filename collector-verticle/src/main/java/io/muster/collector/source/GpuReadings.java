package io.muster.collector.source;

import io.muster.schema.frame.Section;
import io.muster.schema.gpu.Gpu;
import java.util.List;
import java.util.Set;

/**
 * All accelerators of one source at one instant. A known device that cannot be read is in {@code
 * gpus} with empty readings and has a failure; its last values are not repeated.
 *
 * @param gpus in the driver's order
 * @param processes in no particular order; one entry for each process and GPU
 * @param failures everything that could not be read
 * @param summary text for the startup banner: the devices found, or the reason why there are none,
 *     such as {@code 8 x NVIDIA H200, driver 580.95.05} or {@code no NVIDIA driver:
 *     libnvidia-ml.so.1 not found}
 */
public record GpuReadings(
    List<Gpu> gpus, List<GpuProcess> processes, List<ReadFailure> failures, String summary) {
  /** Sections that are missing in a frame if the source does not return. */
  public static final Set<Section> SECTIONS = Set.of(Section.GPU);

  public GpuReadings {
    gpus = List.copyOf(gpus);
    processes = List.copyOf(processes);
    failures = List.copyOf(failures);
  }

  /**
   * Returns true unless the source as a whole failed: then it is not known which GPUs there are.
   */
  public boolean areGpusKnown() {
    return failures.stream().noneMatch(failure -> failure.device().isEmpty());
  }
}
