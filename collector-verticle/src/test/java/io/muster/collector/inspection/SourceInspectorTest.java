package io.muster.collector.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.simulation.SimulatedHostSource;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.Section;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SourceInspectorTest {
  private static final Instant NOW = Instant.parse("2026-08-08T12:34:56Z");
  private static final SimulationSpec SPEC = SimulationSpec.parse("1x8xH100").orElseThrow();

  private final SourceInspector simulated = newInspector(() -> new SimulatedHostSource(SPEC, 7));

  @Test
  void vitals_simulatedHost_areThoseOfItsReading() throws IOException {
    var vitals = simulated.vitals();

    assertThat(vitals.atMillis()).isEqualTo(NOW.toEpochMilli());
    assertThat(vitals.cpu().cpuModel()).isEqualTo("Simulated CPU");
    assertThat(vitals.cpu().cpuPercent().orElseThrow()).isBetween(0.0, 100.0);
    assertThat(vitals.cpu().perCpuPercent())
        .hasSize(64)
        .containsOnly(vitals.cpu().cpuPercent().orElseThrow());
    assertThat(vitals.cpu().cpuCelsius().orElseThrow()).isBetween(30.0, 80.0);
    assertThat(vitals.memory().memoryTotalBytes()).isEqualTo(1L << 40);
    assertThat(vitals.memory().memoryUsedBytes()).isBetween(1L, 1L << 40);
    assertThat(vitals.memory().swapTotalBytes()).isZero();
    assertThat(vitals.networks()).extracting("name").containsExactly("total");
  }

  @Test
  void vitals_networkCounters_neverFall() throws IOException {
    var before = simulated.vitals().networks().get(0);
    var after = simulated.vitals().networks().get(0);

    assertThat(after.receivedBytes()).isGreaterThan(before.receivedBytes());
    assertThat(after.sentBytes()).isGreaterThan(before.sentBytes());
  }

  @Test
  void disks_simulatedHost_areTheMountPoints() {
    assertThat(simulated.disks())
        .containsExactly(new Disk("/", 8L << 40, (8L << 40) / 3, OptionalDouble.empty(), false));
  }

  @Test
  void processes_usage_isRelativeToTheWholeHost() throws IOException {
    var processes = simulated.processes();

    assertThat(processes).hasSize(8).extracting(ProcessUsage::name).containsOnly("train");
    assertThat(processes)
        .allSatisfy(process -> assertThat(process.cpuPercent()).isBetween(0.0, 100.0 / 64));
  }

  @Test
  void process_known_isItsRow() throws IOException {
    var pid = simulated.processes().get(3).pid();

    var detail = simulated.process(pid);

    assertThat(detail.process().pid()).isEqualTo(pid);
    assertThat(detail.process().command()).isEqualTo("train --rank 3");
    assertThat(detail.threadCount()).isEqualTo(8);
    assertThat(detail.ids().parentPid()).hasValue(1);
    assertThat(detail.files().fileDescriptors()).isEmpty();
    assertThat(detail.threads()).isEmpty();
    assertThat(detail.times().cpuPercent()).isCloseTo(50, within(50.0));
  }

  @Test
  void process_parent_hasItsChildren() throws IOException {
    var rows = simulated.processes();

    assertThatThrownBy(() -> simulated.process(1))
        .as("the parent is not in the process table")
        .isInstanceOf(FleetException.class)
        .hasFieldOrPropertyWithValue("code", Code.PROCESS_UNKNOWN);
    assertThat(simulated.process(rows.get(0).pid()).children()).isEmpty();
  }

  @Test
  void vitals_sourceFails_throwsWithItsMessage() {
    var failing = newInspector(BrokenSource::new);

    assertThatThrownBy(failing::vitals).isInstanceOf(IOException.class).hasMessageContaining("wmi");
    assertThatThrownBy(failing::processes).isInstanceOf(IOException.class);
    assertThat(failing.disks()).isEmpty();
  }

  @Test
  void close_inspector_closesEachOfItsSources() {
    var sources = new ArrayList<BrokenSource>();
    var inspector =
        newInspector(
            () -> {
              sources.add(new BrokenSource());
              return sources.get(sources.size() - 1);
            });

    inspector.close();

    assertThat(sources).hasSize(3).allMatch(source -> source.closed);
  }

  private static SourceInspector newInspector(
      Supplier<HardwareSource<HostReadings>> sourceFactory) {
    return new SourceInspector(
        "sim-0001", new Clocks(() -> NOW, () -> 0), Duration.ZERO, sourceFactory);
  }

  /** A source whose reads fail. Confined to the test's thread. */
  private static final class BrokenSource implements HardwareSource<HostReadings> {
    private boolean closed;

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public HostReadings read(ReadRequest request) {
      return new HostReadings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(new ReadFailure(Section.MEMORY, "broken", "", FailureReason.FAILED, "wmi")));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
