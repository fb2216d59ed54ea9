package io.muster.schema.state;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.frame.SectionError.Kind;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuIdentity;
import io.muster.schema.gpu.GpuState;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.host.ReadingOrigin;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FleetHostTest {
  private static final String HOST = "gpu-01";
  private static final SectionError TIMEOUT =
      new SectionError(Section.GPU, Kind.TIMEOUT, "nvml: timeout: no response");
  private static final SectionError CRASH =
      new SectionError(Section.GPU, Kind.ERROR, "nvml: failed: bug");
  private static final GpuValues VALUES =
      GpuValues.builder()
          .with(UTILIZATION, 86.6)
          .with(USED_MEMORY, (long) 65_536 << 20)
          .with(TOTAL_MEMORY, (long) 81_559 << 20)
          .with(POWER_CONSUMPTION, 411.5)
          .with(TEMPERATURE, 54)
          .with(TEMPERATURE_THRESHOLD_SLOWDOWN, 89)
          .build();

  @Test
  void of_frame_hasFactsAndRoundedValues() {
    var host = FleetHost.of(3, frame(List.of(gpu("GPU-1", VALUES, Optional.empty()))));

    assertThat(host.facts().id()).isEqualTo(3);
    assertThat(host.facts().host()).isEqualTo(HOST);
    assertThat(host.facts().origin()).isEqualTo(HostOrigin.HARDWARE);
    assertThat(host.facts().gpus())
        .containsExactly(
            new GpuFacts(
                "GPU-1", "H100", OptionalInt.of(81_559), OptionalInt.of(650), OptionalInt.of(89)));
    assertThat(host.summary().state()).isEqualTo(HostState.OK);
    assertThat(host.summary().gpus())
        .containsExactly(
            new GpuSummary(
                GpuState.OK,
                OptionalInt.of(87),
                OptionalInt.of(65_536),
                OptionalInt.of(412),
                OptionalInt.of(54)));
  }

  @Test
  void of_gpuOfAnOlderCollectorWithoutReadings_isUnreadable() {
    var host = FleetHost.of(1, frame(List.of(gpu("GPU-1", GpuValues.NONE, Optional.empty()))));

    assertThat(states(host)).containsExactly(GpuState.UNREADABLE);
    assertThat(host.summary().state()).isEqualTo(HostState.DEGRADED);
  }

  @Test
  void of_reportedState_isThatOfTheCollector() {
    var host =
        FleetHost.of(
            1,
            frame(
                List.of(
                    gpu("GPU-1", GpuValues.NONE, Optional.of(GpuState.LOST)),
                    gpu("GPU-2", VALUES, Optional.of(GpuState.RESET_REQUIRED)),
                    gpu("GPU-3", GpuValues.NONE, Optional.of(GpuState.ASLEEP)))));

    assertThat(states(host))
        .containsExactly(GpuState.LOST, GpuState.RESET_REQUIRED, GpuState.ASLEEP);
    assertThat(host.summary().state()).isEqualTo(HostState.DEGRADED);
  }

  @Test
  void of_sleepingGpu_isNotDegraded() {
    var gpu = gpu("GPU-1", GpuValues.NONE, Optional.of(GpuState.ASLEEP));

    assertThat(FleetHost.of(1, frame(List.of(gpu))).summary().state()).isEqualTo(HostState.OK);
  }

  @Test
  void of_failedPartOfASection_isNotDegraded() {
    var error = new SectionError(Section.CHASSIS, Kind.ERROR, "host: no permission: psu");
    var gpu = gpu("GPU-1", VALUES, Optional.empty());

    assertThat(FleetHost.of(1, frame(List.of(gpu), error)).summary().state())
        .isEqualTo(HostState.OK);
  }

  @Test
  void of_sectionWithoutReadings_isDegraded() {
    assertThat(FleetHost.of(1, frame(List.of(), CRASH)).summary().state())
        .isEqualTo(HostState.DEGRADED);
  }

  @Test
  void update_driverThatDoesNotReturn_keepsItsGpusAsHung() {
    var host = twoGpus();

    var hung = host.update(frame(List.of(gpu("AMD-9", VALUES, Optional.empty())), TIMEOUT));

    assertThat(uuids(hung)).containsExactly("GPU-1", "GPU-2", "AMD-9");
    assertThat(states(hung)).containsExactly(GpuState.HUNG, GpuState.HUNG, GpuState.OK);
    assertThat(hung.summary().gpus().get(0)).isEqualTo(GpuSummary.withoutReadings(GpuState.HUNG));
    assertThat(hung.facts().gpus().get(0)).isEqualTo(host.facts().gpus().get(0));
  }

  @Test
  void update_driverThatDoesNotReturnForLong_staysHung() {
    var hung = twoGpus().update(frame(List.of(), TIMEOUT)).update(frame(List.of(), TIMEOUT));

    assertThat(states(hung)).containsExactly(GpuState.HUNG, GpuState.HUNG);
  }

  @Test
  void update_driverReturns_isTheHostBefore() {
    var host = twoGpus();

    var back = host.update(frame(List.of(), TIMEOUT)).update(twoGpusFrame());

    assertThat(back.facts()).isEqualTo(host.facts());
    assertThat(back.summary()).isEqualTo(host.summary());
  }

  @Test
  void update_sourceFails_keepsItsGpusAsUnreadable() {
    assertThat(states(twoGpus().update(frame(List.of(), CRASH))))
        .containsExactly(GpuState.UNREADABLE, GpuState.UNREADABLE);
  }

  @Test
  void update_gpuIsRemoved_isNoLongerListed() {
    var lostError = new SectionError(Section.GPU, Kind.ERROR, "nvml GPU-2: failed: fan");

    var host = twoGpus().update(frame(List.of(gpu("GPU-2", VALUES, Optional.empty())), lostError));

    assertThat(uuids(host)).containsExactly("GPU-2");
  }

  @Test
  void update_lostGpu_keepsItsFacts() {
    var lost = gpu("GPU-1", GpuValues.NONE, Optional.of(GpuState.LOST));
    var host = FleetHost.of(1, frame(List.of(gpu("GPU-1", VALUES, Optional.empty()))));

    var updated = host.update(frame(List.of(lost)));

    assertThat(updated.facts()).isEqualTo(host.facts());
    assertThat(states(updated)).containsExactly(GpuState.LOST);
  }

  @Test
  void update_sameValues_isTheSameObject() {
    var host = twoGpus();

    assertThat(host.update(twoGpusFrame())).isSameAs(host);
  }

  @Test
  void withState_keepsTheLastValues() {
    var seen = Instant.parse("2026-08-08T12:00:00Z");

    var silent = twoGpus().withState(HostState.SILENT, Optional.of(seen));

    assertThat(silent.summary().state()).isEqualTo(HostState.SILENT);
    assertThat(silent.summary().lastSeenAt()).contains(seen);
    assertThat(states(silent)).containsExactly(GpuState.OK, GpuState.OK);
  }

  private static FleetHost twoGpus() {
    return FleetHost.of(1, twoGpusFrame());
  }

  private static EncodedFrame twoGpusFrame() {
    return frame(
        List.of(gpu("GPU-1", VALUES, Optional.empty()), gpu("GPU-2", VALUES, Optional.empty())));
  }

  private static EncodedFrame frame(List<Gpu> gpus, SectionError... errors) {
    var plain = FrameTestData.readings(HOST);
    var readings =
        new Readings(
            gpus, plain.cpus(), plain.memory(), plain.chassis(), List.of(), plain.storage());
    return EncodedFrame.of(
        FrameTestData.header(HOST, 1),
        readings,
        EnumSet.complementOf(EnumSet.of(Section.PROCESS)),
        List.of(errors));
  }

  private static Gpu gpu(String uuid, GpuValues values, Optional<GpuState> state) {
    return new Gpu(
        GpuIdentity.ofGpu(uuid, "H100"),
        ReadingOrigin.of(HOST, "2026-08-08 12:34:56"),
        values,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Map.of("power_limit_current", "650.00"),
        Optional.empty(),
        state);
  }

  private static List<GpuState> states(FleetHost host) {
    return host.summary().gpus().stream().map(GpuSummary::state).toList();
  }

  private static List<String> uuids(FleetHost host) {
    return host.facts().gpus().stream().map(GpuFacts::uuid).toList();
  }
}
