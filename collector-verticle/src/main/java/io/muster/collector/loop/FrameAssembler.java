package io.muster.collector.loop;

import io.muster.collector.energy.EnergyLedger;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
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
 * Makes one frame of what the lanes gave. A lane that gave nothing leaves its sections empty, with
 * an error each. Counts the frames; confined to the context of its loop.
 */
public final class FrameAssembler {
  private final HostProfile profile;
  private final Duration interval;
  private final EnergyLedger energy;
  private final UnaryOperator<ProcessEntry> text;
  private long sequence;

  private FrameAssembler(
      HostProfile profile,
      Duration interval,
      EnergyLedger energy,
      UnaryOperator<ProcessEntry> text) {
    this.profile = profile;
    this.interval = interval;
    this.energy = energy;
    this.text = text;
  }

  /** Frames for the bus: their process texts are cut, whoever reads them. */
  public static FrameAssembler ofCutTexts(
      HostProfile profile, Duration interval, EnergyLedger energy) {
    return new FrameAssembler(profile, interval, energy, ProcessEntry::withTruncatedTexts);
  }

  /** Frames for the command line, whose process texts are whole. */
  public static FrameAssembler ofWholeTexts(
      HostProfile profile, Duration interval, EnergyLedger energy) {
    return new FrameAssembler(profile, interval, energy, UnaryOperator.identity());
  }

  /**
   * The next frame.
   *
   * @param at end of the sampling pass
   */
  public EncodedFrame assemble(
      Instant at, Outcome<HostReading> host, List<Outcome<GpuReading>> gpus) {
    var readings = energy.meter(readings(host.value(), gpus));
    var collected = EnumSet.allOf(Section.class);
    if (host.value().flatMap(HostReading::processes).isEmpty()) {
      collected.remove(Section.PROCESS);
    }
    var head =
        new FrameHeader(
            profile.hostId(),
            profile.clientId(),
            profile.bootId(),
            ++sequence,
            at,
            interval,
            profile.simulated(),
            FrameSummary.of(readings));
    return EncodedFrame.of(head, readings, collected, errors(host, gpus));
  }

  private Readings readings(Optional<HostReading> host, List<Outcome<GpuReading>> lanes) {
    var answers = lanes.stream().flatMap(lane -> lane.value().stream()).toList();
    var gpus = answers.stream().flatMap(answer -> answer.gpus().stream()).toList();
    var gpuProcesses = answers.stream().flatMap(answer -> answer.processes().stream()).toList();
    List<ProcessEntry> processes =
        host.flatMap(HostReading::processes)
            .map(table -> ProcessJoin.join(table.stream().map(text).toList(), gpuProcesses))
            .orElse(List.of());
    return new Readings(
        gpus,
        host.flatMap(HostReading::cpu).stream().toList(),
        host.flatMap(HostReading::memory).stream().toList(),
        host.flatMap(HostReading::chassis).map(chassis -> withPower(chassis, gpus)).stream()
            .toList(),
        processes,
        host.map(HostReading::storage).orElse(List.of()));
  }

  private static Chassis withPower(Chassis chassis, List<Gpu> gpus) {
    var watts = gpus.stream().flatMapToDouble(gpu -> gpu.powerConsumption().stream()).sum();
    return chassis.withTotalPowerWatts(
        watts > 0 ? OptionalDouble.of(watts) : OptionalDouble.empty());
  }

  private static List<SectionError> errors(
      Outcome<HostReading> host, List<Outcome<GpuReading>> gpus) {
    return Stream.of(
            host.failures().stream(),
            host.value().stream().flatMap(reading -> reading.failures().stream()),
            gpus.stream().flatMap(lane -> lane.failures().stream()),
            gpus.stream()
                .flatMap(lane -> lane.value().stream())
                .flatMap(reading -> reading.failures().stream()))
        .flatMap(failures -> failures)
        .map(ReadFailure::toSectionError)
        .toList();
  }
}
