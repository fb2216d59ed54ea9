package io.muster.collector.loop;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;

import io.muster.collector.energy.EnergyCounters;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.ProcessEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Assembles the outcomes of the lanes into one frame and numbers the frames. A lane without a value
 * leaves its sections empty, with an error for each. Confined to the context of its loop.
 */
public final class FrameAssembler {
  private final HostProfile profile;
  private final Duration interval;
  private final EnergyCounters energyCounters;
  private final UnaryOperator<ProcessEntry> processMapper;
  private long sequence;

  /**
   * Creates the assembler of a host.
   *
   * @param processMapper converts each row of the process table, such as by truncating its texts
   */
  public FrameAssembler(
      HostProfile profile,
      Duration interval,
      EnergyCounters energyCounters,
      UnaryOperator<ProcessEntry> processMapper) {
    this.profile = profile;
    this.interval = interval;
    this.energyCounters = energyCounters;
    this.processMapper = processMapper;
  }

  /**
   * Assembles the next frame.
   *
   * @param at end of the sampling pass
   */
  public EncodedFrame assemble(
      Instant at, Outcome<HostReadings> host, List<Outcome<GpuReadings>> gpus) {
    var readings = energyCounters.count(readings(host.value(), gpus));
    var collected = EnumSet.allOf(Section.class);
    if (host.value().flatMap(HostReadings::processes).isEmpty()) {
      collected.remove(Section.PROCESS);
    }
    var header =
        new FrameHeader(
            profile.hostId(),
            profile.clientId(),
            profile.bootId(),
            ++sequence,
            at,
            interval,
            profile.isSimulated(),
            FrameSummary.of(readings));
    return EncodedFrame.of(header, readings, collected, errors(host, gpus));
  }

  private Readings readings(Optional<HostReadings> host, List<Outcome<GpuReadings>> outcomes) {
    var gpuReadings = outcomes.stream().flatMap(outcome -> outcome.value().stream()).toList();
    var gpus = gpuReadings.stream().flatMap(reading -> reading.gpus().stream()).toList();
    var gpuProcesses =
        gpuReadings.stream().flatMap(reading -> reading.processes().stream()).toList();
    List<ProcessEntry> processes =
        host.flatMap(HostReadings::processes)
            .map(
                table -> ProcessJoin.join(table.stream().map(processMapper).toList(), gpuProcesses))
            .orElse(List.of());
    return new Readings(
        gpus,
        host.flatMap(HostReadings::cpu).stream().toList(),
        host.flatMap(HostReadings::memory).stream().toList(),
        host.flatMap(HostReadings::chassis).map(chassis -> withGpuPower(chassis, gpus)).stream()
            .toList(),
        processes,
        host.map(HostReadings::storage).orElse(List.of()));
  }

  private static Chassis withGpuPower(Chassis chassis, List<Gpu> gpus) {
    var powerWatts =
        gpus.stream().flatMapToDouble(gpu -> gpu.value(POWER_CONSUMPTION).stream()).sum();
    return chassis.withTotalPowerWatts(
        powerWatts > 0 ? OptionalDouble.of(powerWatts) : OptionalDouble.empty());
  }

  private static List<SectionError> errors(
      Outcome<HostReadings> host, List<Outcome<GpuReadings>> gpus) {
    return Stream.of(
            host.failures().stream(),
            host.value().stream().flatMap(reading -> reading.failures().stream()),
            gpus.stream().flatMap(outcome -> outcome.failures().stream()),
            gpus.stream()
                .flatMap(outcome -> outcome.value().stream())
                .flatMap(reading -> reading.failures().stream()))
        .flatMap(failures -> failures)
        .map(ReadFailure::toSectionError)
        .toList();
  }
}
