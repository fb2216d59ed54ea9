package io.muster.schema.state;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host as a frame describes it. GPUs of an earlier frame that are missing because their source
 * did not return, or failed as a whole, keep their index, without readings.
 */
record FrameDescription(
    EncodedFrame frame, Readings readings, List<GpuFacts> gpuFacts, List<GpuSummary> gpus) {
  static FrameDescription of(EncodedFrame frame, Optional<FleetHost> earlier) {
    var readings = readings(frame);
    var knownGpus = earlier.map(host -> host.facts().gpus()).orElse(List.of());
    return missingState(frame, readings.gpus())
        .map(state -> withMissing(frame, readings, knownGpus, state))
        .orElseGet(() -> withoutMissing(frame, readings, knownGpus));
  }

  HostFacts facts(int id) {
    var header = frame.header();
    return new HostFacts(
        id,
        header.hostId(),
        header.clientId(),
        HostOrigin.of(header),
        header.interval().toMillis(),
        gpuFacts);
  }

  HostSummary summary() {
    var summary = frame.header().summary();
    return new HostSummary(
        isDegraded() ? HostState.DEGRADED : HostState.OK,
        GpuSummary.whole(summary.cpuUtilizationPercent().orElse(Double.NaN)),
        GpuSummary.whole(summary.memoryUtilizationPercent().orElse(Double.NaN)),
        Optional.empty(),
        gpus);
  }

  /** A frame that this node has not received from another one has not been checked. */
  private static Readings readings(EncodedFrame frame) {
    try {
      return frame.readings();
    } catch (IllegalArgumentException notDecodable) {
      return Readings.EMPTY;
    }
  }

  private static FrameDescription withoutMissing(
      EncodedFrame frame, Readings readings, List<GpuFacts> knownGpus) {
    var current = readings.gpus();
    var facts = new ArrayList<GpuFacts>(current.size());
    var summaries = new ArrayList<GpuSummary>(current.size());
    for (int index = 0; index < current.size(); index++) {
      var gpu = GpuFacts.of(current.get(index));
      var known = index < knownGpus.size() ? knownGpus.get(index) : gpu;
      facts.add(known.uuid().equals(gpu.uuid()) ? gpu.orElse(known) : gpu);
      summaries.add(GpuSummary.of(current.get(index)));
    }
    return new FrameDescription(frame, readings, facts, summaries);
  }

  private static FrameDescription withMissing(
      EncodedFrame frame, Readings readings, List<GpuFacts> knownGpus, GpuState missingState) {
    Map<String, Gpu> current = new LinkedHashMap<>();
    readings.gpus().forEach(gpu -> current.putIfAbsent(gpu.uuid(), gpu));
    var facts = new ArrayList<GpuFacts>();
    var summaries = new ArrayList<GpuSummary>();
    for (var known : knownGpus) {
      var gpu = Optional.ofNullable(current.remove(known.uuid()));
      facts.add(gpu.map(present -> GpuFacts.of(present).orElse(known)).orElse(known));
      summaries.add(
          gpu.map(GpuSummary::of).orElseGet(() -> GpuSummary.withoutReadings(missingState)));
    }
    for (var gpu : current.values()) {
      facts.add(GpuFacts.of(gpu));
      summaries.add(GpuSummary.of(gpu));
    }
    return new FrameDescription(frame, readings, facts, summaries);
  }

  /** Returns the state of known GPUs that are not in the frame; empty if they are gone. */
  private static Optional<GpuState> missingState(EncodedFrame frame, List<Gpu> current) {
    var gpuErrors =
        frame.errors().stream()
            .filter(error -> error.section().equals(Section.GPU.singularName()))
            .toList();
    if (gpuErrors.stream().anyMatch(error -> error.kind() == SectionError.Kind.TIMEOUT)) {
      return Optional.of(GpuState.HUNG);
    }
    return current.isEmpty() && !gpuErrors.isEmpty()
        ? Optional.of(GpuState.UNREADABLE)
        : Optional.empty();
  }

  private boolean isDegraded() {
    return gpus.stream().anyMatch(gpu -> !gpu.state().isGood())
        || frame.errors().stream().anyMatch(error -> isWithoutReadings(error.section()));
  }

  private boolean isWithoutReadings(String sectionName) {
    return Arrays.stream(Section.values())
        .filter(section -> section.singularName().equals(sectionName))
        .anyMatch(section -> readings.entries(section).isEmpty());
  }
}
