package io.muster.collector.loop;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.muster.collector.energy.EnergyCounters;
import io.muster.collector.simulation.SimulatedGpuSource;
import io.muster.collector.simulation.SimulatedHostSource;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.frame.SectionError.Kind;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FrameAssemblerTest {
  private static final Instant AT = Instant.parse("2026-08-08T12:34:56.789Z");
  private static final Duration INTERVAL = Duration.ofSeconds(3);
  private static final HostProfile PROFILE =
      new HostProfile("gpu-01", "6e1131b4b9cc454aa6ce3294ab860b2d", 1_786_185_000_000L, false);

  private static final ProcessEntry LONG_ROW =
      new ProcessEntry(
          new ProcessIdentity(42, 1, "java", "ana", "c".repeat(300), "0"),
          new ProcessSchedule("S", 1, 20, 0),
          new ProcessLoad(0, 0, 0, 0, 0),
          ProcessGpuUse.NONE);

  private final FrameAssembler assembler =
      new FrameAssembler(
          PROFILE, INTERVAL, ReadingFixtures.newEnergyCounters(), ProcessEntry::withTruncatedTexts);

  @Test
  void assemble_allLanesReturn_containsAllReadings() {
    var sample = FrameTestData.readings("gpu-01");

    var frame = assembler.assemble(AT, host(Optional.of(List.of())), gpus(sample.gpus()));

    assertThat(frame.header().hostId()).isEqualTo("gpu-01");
    assertThat(frame.header().clientId()).isEqualTo(PROFILE.clientId());
    assertThat(frame.header().bootId()).isEqualTo(PROFILE.bootId());
    assertThat(frame.header().sampledAt()).isEqualTo(AT);
    assertThat(frame.header().interval()).isEqualTo(INTERVAL);
    assertThat(frame.header().isSimulated()).isFalse();
    assertThat(frame.header().summary().gpuCount()).isEqualTo(1);
    assertThat(frame.header().summary().gpuUtilizationPercent()).hasValue(87);
    assertThat(frame.errors()).isEmpty();
    assertThat(frame.readings().gpus()).isEqualTo(sample.gpus());
    assertThat(frame.readings().cpus()).isEqualTo(sample.cpus());
    assertThat(frame.readings().memory()).isEqualTo(sample.memory());
    assertThat(frame.readings().storage()).isEqualTo(sample.storage());
  }

  @Test
  void assemble_consecutiveFrames_areNumberedFromOne() {
    var host = host(Optional.empty());

    assertThat(assembler.assemble(AT, host, List.of()).header().sequence()).isEqualTo(1);
    assertThat(assembler.assemble(AT, host, List.of()).header().sequence()).isEqualTo(2);
    assertThat(assembler.assemble(AT, host, List.of()).header().sequence()).isEqualTo(3);
  }

  @Test
  void assemble_processesNotRequested_haveNoSection() {
    var frame = assembler.assemble(AT, host(Optional.empty()), List.of());

    assertThat(frame.section(Section.PROCESS)).isEmpty();
    assertThat(frame.sections()).hasSize(5);
  }

  @Test
  void assemble_processesRequested_areJoinedWithTheGpus() {
    var row = FrameTestData.readings("gpu-01").processes().get(0);
    var gpuProcess = new GpuProcess(row.identity().pid(), 5, "GPU-x", OptionalLong.empty());
    var gpus = Outcome.of(new GpuReadings(List.of(), List.of(gpuProcess), List.of(), ""));

    var frame = assembler.assemble(AT, host(Optional.of(List.of(row))), List.of(gpus));

    assertThat(frame.readings().processes())
        .extracting(each -> each.gpu().deviceUuid())
        .containsExactly("GPU-x");
  }

  @Test
  void assemble_truncatedTexts_truncatesProcessTexts() {
    var frame = assembler.assemble(AT, host(Optional.of(List.of(LONG_ROW))), List.of());

    var json = new String(frame.section(Section.PROCESS).orElseThrow(), UTF_8);
    assertThat(json).contains("c...(44 bytes truncated)").doesNotContain("c".repeat(257));
    assertThat(frame.readings().processes()).containsExactly(LONG_ROW.withTruncatedTexts());
  }

  @Test
  void assemble_processOnAGpu_isTruncatedOnce() {
    var gpuProcess = new GpuProcess(LONG_ROW.identity().pid(), 0, "GPU-x", OptionalLong.empty());
    var gpus = Outcome.of(new GpuReadings(List.of(), List.of(gpuProcess), List.of(), ""));

    var frame = assembler.assemble(AT, host(Optional.of(List.of(LONG_ROW))), List.of(gpus));

    assertThat(frame.readings().processes())
        .extracting(each -> each.identity().command())
        .containsExactly("c".repeat(256) + "...(44 bytes truncated)");
  }

  @Test
  void assemble_fullTexts_keepsProcessTexts() {
    var fullTexts =
        new FrameAssembler(
            PROFILE, INTERVAL, ReadingFixtures.newEnergyCounters(), UnaryOperator.identity());

    var frame = fullTexts.assemble(AT, host(Optional.of(List.of(LONG_ROW))), List.of());

    assertThat(frame.readings().processes()).containsExactly(LONG_ROW);
  }

  @Test
  void assemble_hostLaneFails_keepsTheGpus() {
    var stalled =
        Outcome.<HostReadings>failed(
            List.of(
                new ReadFailure(Section.CPU, "host", "", FailureReason.TIMEOUT, "no answer"),
                new ReadFailure(Section.MEMORY, "host", "", FailureReason.TIMEOUT, "no answer")));

    var frame = assembler.assemble(AT, stalled, gpus(List.of(FrameTestData.gpu("gpu-01"))));

    assertThat(frame.errors())
        .containsExactly(
            new SectionError(Section.CPU, Kind.TIMEOUT, "host: timeout: no answer"),
            new SectionError(Section.MEMORY, Kind.TIMEOUT, "host: timeout: no answer"));
    assertThat(frame.readings().gpus()).hasSize(1);
    assertThat(frame.section(Section.CPU)).contains(new byte[] {'[', ']'});
    assertThat(frame.section(Section.PROCESS)).isEmpty();
    assertThat(frame.header().summary().cpuUtilizationPercent()).isEmpty();
    assertThat(frame.header().summary().memoryUtilizationPercent()).isEmpty();
  }

  @Test
  void assemble_oneGpuLaneFails_keepsTheDevicesOfTheOther() {
    var stalled =
        Outcome.<GpuReadings>failed(
            List.of(new ReadFailure(Section.GPU, "nvml", "", FailureReason.TIMEOUT, "no answer")));
    var lost = new ReadFailure(Section.GPU, "amd", "GPU-2", FailureReason.LOST, "not on the bus");
    var amd =
        Outcome.of(
            new GpuReadings(
                List.of(FrameTestData.gpuWithoutReadings("gpu-01")), List.of(), List.of(lost), ""));

    var frame = assembler.assemble(AT, host(Optional.empty()), List.of(stalled, amd));

    assertThat(frame.readings().gpus()).extracting(Gpu::uuid).containsExactly("GPU-1");
    assertThat(frame.errors())
        .containsExactly(
            new SectionError(Section.GPU, Kind.TIMEOUT, "nvml: timeout: no answer"),
            new SectionError(Section.GPU, Kind.ERROR, "amd GPU-2: lost: not on the bus"));
    assertThat(frame.header().summary().gpuUtilizationPercent()).isEmpty();
    assertThat(frame.header().summary().gpuPowerWatts()).isEmpty();
  }

  @Test
  void assemble_chassisPower_isTheSumOfTheReportedGpuPower() {
    var gpu = FrameTestData.gpu("gpu-01");
    var outcomes =
        List.of(
            gpus(List.of(gpu)).get(0),
            gpus(List.of(gpu, FrameTestData.gpuWithoutReadings("gpu-01"))).get(0));

    var frame = assembler.assemble(AT, host(Optional.empty()), outcomes);

    assertThat(frame.readings().chassis().get(0).totalPowerWatts()).hasValue(2 * 412.337);
    assertThat(frame.header().summary().gpuPowerWatts()).hasValue(2 * 412.337);
  }

  @Test
  void assemble_noGpuPower_chassisHasNone() {
    var frame =
        assembler.assemble(
            AT, host(Optional.empty()), gpus(List.of(FrameTestData.gpuWithoutReadings("gpu-01"))));

    assertThat(frame.readings().chassis().get(0).totalPowerWatts())
        .isEqualTo(OptionalDouble.empty());
  }

  @Test
  void assemble_simulatedHost_isMarked() {
    var profile = new HostProfile("sim-1", PROFILE.clientId(), 1, true);

    var frame =
        new FrameAssembler(
                profile,
                INTERVAL,
                ReadingFixtures.newEnergyCounters(),
                ProcessEntry::withTruncatedTexts)
            .assemble(AT, host(Optional.empty()), List.of());

    assertThat(frame.header().isSimulated()).isTrue();
  }

  @Test
  void assemble_simulatedHost_hasEnergyDeterminedByItsSeed() {
    var energyJoules = simulatedEnergyJoules(7);

    assertThat(energyJoules)
        .isEqualTo(simulatedEnergyJoules(7))
        .isNotEqualTo(simulatedEnergyJoules(8));
    // 8 idle H100 draw 672 W, 8 busy ones 5,600 W; 2 CPUs 180 to 700 W.
    assertThat(energyJoules.get(0)).isBetween(297 * 672.0, 297 * 5_600.0);
    assertThat(energyJoules.get(1)).isBetween(297 * 180.0, 297 * 700.0);
    assertThat(energyJoules.get(2)).isCloseTo(energyJoules.get(0), within(0.01));
  }

  /** Energy of GPUs, CPUs and chassis after 100 ticks of 3 s. */
  private static List<Double> simulatedEnergyJoules(long seed) {
    var spec = SimulationSpec.parse("1x8xH100").orElseThrow();
    var host = new SimulatedHostSource(spec, seed);
    var gpus = new SimulatedGpuSource(spec, seed);
    var nanos = new AtomicLong();
    var energyCounters = new EnergyCounters(INTERVAL, nanos::get, () -> AT);
    var assembler =
        new FrameAssembler(PROFILE, INTERVAL, energyCounters, ProcessEntry::withTruncatedTexts);
    var request = new ReadRequest(AT, "2026-08-08 12:34:56", "sim-1", false);
    var readings = Readings.EMPTY;
    for (int tick = 0; tick < 100; tick++) {
      var outcomes = List.of(Outcome.of(gpus.read(request)));
      readings = assembler.assemble(AT, Outcome.of(host.read(request)), outcomes).readings();
      nanos.addAndGet(INTERVAL.toNanos());
    }
    return List.of(
        readings.gpus().stream()
            .mapToDouble(gpu -> gpu.value(ENERGY_CONSUMED_JOULES).orElse(-1))
            .sum(),
        readings.cpus().get(0).energyConsumedJoules().orElse(-1),
        readings.chassis().get(0).energyConsumedJoules().orElse(-1));
  }

  private static Outcome<HostReadings> host(Optional<List<ProcessEntry>> processes) {
    return Outcome.of(ReadingFixtures.hostReadings(processes));
  }

  private static List<Outcome<GpuReadings>> gpus(List<Gpu> gpus) {
    return List.of(Outcome.of(ReadingFixtures.gpuReadings(gpus)));
  }
}
