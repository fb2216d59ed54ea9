package io.muster.collector.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.host.ProcessEntry;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedHostTest {
  private static final SimulationSpec SPEC = new SimulationSpec(1, 8, SimulatedModel.H100);
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "sim-1", true);

  @Test
  void read_sameSeed_sameCourse() {
    assertThat(course(7)).isEqualTo(course(7)).isNotEqualTo(course(8));
  }

  @Test
  void read_manyTicks_staysWithinWhatAHostCanDo() {
    var host = new SimulatedHost(SPEC, 5);
    var before = host.read(REQUEST).network().orElseThrow();

    for (int tick = 0; tick < 5_000; tick++) {
      var reading = host.read(REQUEST);
      assertPossible(reading);
      var network = reading.network().orElseThrow();
      assertThat(network.sentBytes()).isGreaterThanOrEqualTo(before.sentBytes());
      assertThat(network.receivedBytes()).isGreaterThanOrEqualTo(before.receivedBytes());
      before = network;
    }
  }

  @Test
  void read_processes_areThoseOfTheGpusOfTheSameHost() {
    var host = new SimulatedHost(SPEC, 5);
    var gpus = new SimulatedGpus(SPEC, 5);

    for (int tick = 0; tick < 200; tick++) {
      var pids =
          host.read(REQUEST).processes().orElseThrow().stream().map(ProcessEntry::pid).toList();
      assertThat(gpus.read(REQUEST).processes()).allMatch(process -> pids.contains(process.pid()));
    }
  }

  @Test
  void read_processesNotAskedFor_areAbsent() {
    var request = new ReadRequest(REQUEST.at(), REQUEST.time(), REQUEST.host(), false);

    assertThat(new SimulatedHost(SPEC, 1).read(request).processes()).isEmpty();
  }

  @Test
  void read_says_thatItIsSimulated() {
    var host = new SimulatedHost(SPEC, 1);
    var reading = host.read(REQUEST);

    assertThat(host.name()).isEqualTo("simulation");
    assertThat(reading.cpu().orElseThrow().cpuModel()).isEqualTo("Simulated CPU");
    assertThat(reading.chassis().orElseThrow().detail()).containsEntry("platform", "Simulation");
    assertThat(reading.processes().orElseThrow())
        .extracting(ProcessEntry::user)
        .containsOnly("simulation");
  }

  private static void assertPossible(HostReading reading) {
    var cpu = reading.cpu().orElseThrow();
    assertThat(cpu.utilization().getAsDouble()).isBetween(0.0, 100.0);
    assertThat(cpu.temperature().getAsInt()).isBetween(20, 95);
    assertThat(cpu.powerConsumption().getAsDouble()).isBetween(180.0, 700.0);
    assertThat(cpu.perCoreUtilization()).hasSize(cpu.totalThreads());
    var memory = reading.memory().orElseThrow();
    assertThat(memory.usedBytes()).isBetween(0L, memory.totalBytes());
    assertThat(memory.usedBytes() + memory.availableBytes()).isEqualTo(memory.totalBytes());
    assertThat(memory.freeBytes()).isLessThanOrEqualTo(memory.availableBytes());
    assertThat(memory.utilization()).isEqualTo(100.0 * memory.usedBytes() / memory.totalBytes());
    var storage = reading.storage().get(0);
    assertThat(storage.availableBytes()).isBetween(0L, storage.totalBytes());
  }

  private static List<HostReading> course(long seed) {
    var host = new SimulatedHost(SPEC, seed);
    return IntStream.range(0, 100).mapToObj(tick -> host.read(REQUEST)).toList();
  }
}
