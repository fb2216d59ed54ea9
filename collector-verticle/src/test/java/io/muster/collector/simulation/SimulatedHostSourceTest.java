package io.muster.collector.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadRequest;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedHostSourceTest {
  private static final SimulationSpec SPEC = new SimulationSpec(1, 8, SimulatedGpuModel.H100);
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "sim-1", true);

  @Test
  void read_sameSeed_sameSequence() {
    assertThat(readSequence(7)).isEqualTo(readSequence(7)).isNotEqualTo(readSequence(8));
  }

  @Test
  void read_manyTicks_staysWithinLimitsOfHost() {
    var host = new SimulatedHostSource(SPEC, 5);
    var previous = host.read(REQUEST).network().orElseThrow();

    for (int tick = 0; tick < 5_000; tick++) {
      var reading = host.read(REQUEST);
      assertWithinLimits(reading);
      var network = reading.network().orElseThrow();
      assertThat(network.sentBytes()).isGreaterThanOrEqualTo(previous.sentBytes());
      assertThat(network.receivedBytes()).isGreaterThanOrEqualTo(previous.receivedBytes());
      previous = network;
    }
  }

  @Test
  void read_processes_includeGpuProcessesOfSameHost() {
    var host = new SimulatedHostSource(SPEC, 5);
    var gpus = new SimulatedGpuSource(SPEC, 5);

    for (int tick = 0; tick < 200; tick++) {
      var pids =
          host.read(REQUEST).processes().orElseThrow().stream()
              .map(each -> each.identity().pid())
              .toList();
      assertThat(gpus.read(REQUEST).processes()).allMatch(process -> pids.contains(process.pid()));
    }
  }

  @Test
  void read_processesNotRequested_areEmpty() {
    var request = new ReadRequest(REQUEST.at(), REQUEST.localTime(), REQUEST.hostname(), false);

    assertThat(new SimulatedHostSource(SPEC, 1).read(request).processes()).isEmpty();
  }

  @Test
  void read_anyRequest_isMarkedSimulated() {
    var host = new SimulatedHostSource(SPEC, 1);
    var reading = host.read(REQUEST);

    assertThat(host.name()).isEqualTo("simulation");
    assertThat(reading.cpu().orElseThrow().hardware().cpuModel()).isEqualTo("Simulated CPU");
    assertThat(reading.chassis().orElseThrow().detail()).containsEntry("platform", "Simulation");
    assertThat(reading.processes().orElseThrow())
        .extracting(each -> each.identity().user())
        .containsOnly("simulation");
  }

  private static void assertWithinLimits(HostReadings reading) {
    var cpu = reading.cpu().orElseThrow();
    assertThat(cpu.readings().utilization().getAsDouble()).isBetween(0.0, 100.0);
    assertThat(cpu.readings().temperature().getAsInt()).isBetween(20, 95);
    assertThat(cpu.readings().powerConsumption().getAsDouble()).isBetween(180.0, 700.0);
    assertThat(cpu.perCoreUtilization()).hasSize(cpu.hardware().totalThreads());
    var memory = reading.memory().orElseThrow();
    assertThat(memory.sizes().usedBytes()).isBetween(0L, memory.sizes().totalBytes());
    assertThat(memory.sizes().usedBytes() + memory.sizes().availableBytes())
        .isEqualTo(memory.sizes().totalBytes());
    assertThat(memory.sizes().freeBytes()).isLessThanOrEqualTo(memory.sizes().availableBytes());
    assertThat(memory.utilization())
        .isEqualTo(100.0 * memory.sizes().usedBytes() / memory.sizes().totalBytes());
    var storage = reading.storage().get(0);
    assertThat(storage.availableBytes()).isBetween(0L, storage.totalBytes());
  }

  private static List<HostReadings> readSequence(long seed) {
    var host = new SimulatedHostSource(SPEC, seed);
    return IntStream.range(0, 100).mapToObj(tick -> host.read(REQUEST)).toList();
  }
}
