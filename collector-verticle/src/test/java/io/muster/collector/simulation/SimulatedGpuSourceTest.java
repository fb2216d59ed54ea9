package io.muster.collector.simulation;

import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.Gpu;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedGpuSourceTest {
  private static final int TICKS = 500;
  private static final SimulationSpec SPEC = new SimulationSpec(1, 8, SimulatedGpuModel.H100);
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "sim-1", true);

  @Test
  void read_sameSeed_sameSequence() {
    assertThat(readSequence(new SimulatedGpuSource(SPEC, 7)))
        .isEqualTo(readSequence(new SimulatedGpuSource(SPEC, 7)));
  }

  @Test
  void read_devicesOfSeveralHosts_haveDifferentSequences() {
    var spec = new SimulationSpec(1, 64, SimulatedGpuModel.H100);
    var sequences = new HashSet<List<Double>>();

    for (long seed = 0; seed < 4; seed++) {
      var gpus = new SimulatedGpuSource(spec, seed);
      var ticks = IntStream.range(0, 50).mapToObj(tick -> gpus.read(REQUEST).gpus()).toList();
      for (int index = 0; index < 64; index++) {
        var device = index;
        sequences.add(
            ticks.stream()
                .map(gpusAtTick -> gpusAtTick.get(device).value(POWER_CONSUMPTION).getAsDouble())
                .toList());
      }
    }

    assertThat(sequences).hasSize(4 * 64);
  }

  @Test
  void read_repeatedTicks_keepUuids() {
    var gpus = new SimulatedGpuSource(SPEC, 7);

    assertThat(readUuids(gpus))
        .isEqualTo(readUuids(gpus))
        .isEqualTo(readUuids(new SimulatedGpuSource(SPEC, 7)));
  }

  @Test
  void uuids_ofManyHosts_areUnique() {
    var spec = new SimulationSpec(1, 64, SimulatedGpuModel.L4);
    var unique = new HashSet<String>();

    for (int host = 0; host < 2_000; host++) {
      unique.addAll(readUuids(new SimulatedGpuSource(spec, SimulationSpec.seedOf("sim-" + host))));
    }

    assertThat(unique).hasSize(2_000 * 64);
    assertThat(unique)
        .allMatch(uuid -> uuid.matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0x1_0000_0000L, -1, Long.MIN_VALUE, Long.MAX_VALUE})
  void uuids_seedsThatShareTheirLowerHalf_differ(long seed) {
    var lowerHalfSeed = seed & 0xFFFF_FFFFL;

    assertThat(readUuids(new SimulatedGpuSource(SPEC, seed)))
        .doesNotContainAnyElementsOf(readUuids(new SimulatedGpuSource(SPEC, lowerHalfSeed)));
  }

  @ParameterizedTest
  @EnumSource(SimulatedGpuModel.class)
  void read_manyTicks_staysWithinLimitsOfModel(SimulatedGpuModel model) {
    var gpus = new SimulatedGpuSource(new SimulationSpec(1, 4, model), model.memoryBytes);
    var wasIdle = false;
    var wasBusy = false;

    for (int tick = 0; tick < TICKS; tick++) {
      for (var gpu : gpus.read(REQUEST).gpus()) {
        assertWithinLimits(gpu, model);
        wasIdle |= gpu.value(UTILIZATION).getAsDouble() < 5;
        wasBusy |= gpu.value(UTILIZATION).getAsDouble() > 80;
      }
    }

    assertThat(wasIdle && wasBusy).as("busy and idle phases").isTrue();
  }

  @Test
  void read_processes_runOnBusyDevicesAndUseTheirMemory() {
    var gpus = new SimulatedGpuSource(SPEC, 3);

    for (int tick = 0; tick < TICKS; tick++) {
      var reading = gpus.read(REQUEST);
      for (var process : reading.processes()) {
        var gpu = reading.gpus().get(process.deviceIndex());
        assertThat(process.deviceUuid()).isEqualTo(gpu.uuid());
        assertThat(process.usedMemoryBytes()).isEqualTo(gpu.wholeValue(USED_MEMORY));
      }
      assertThat(reading.processes()).extracting(GpuProcess::pid).doesNotHaveDuplicates();
    }
  }

  @Test
  void read_processesNotRequested_areEmpty() {
    var request = new ReadRequest(REQUEST.at(), REQUEST.localTime(), REQUEST.hostname(), false);
    var gpus = new SimulatedGpuSource(SPEC, 3);

    for (int tick = 0; tick < 100; tick++) {
      assertThat(gpus.read(request).processes()).isEmpty();
    }
  }

  @Test
  void read_anyRequest_hasItsHostAndTimeAndIsMarkedSimulated() {
    var gpus = new SimulatedGpuSource(SPEC, 1);
    var reading = gpus.read(REQUEST);

    assertThat(gpus.name()).isEqualTo("simulation");
    assertThat(reading.summary()).isEqualTo("8 x NVIDIA H100 80GB HBM3, simulated");
    assertThat(reading.failures()).isEmpty();
    assertThat(reading.gpus()).extracting(Gpu::hostname).containsOnly("sim-1");
    assertThat(reading.gpus())
        .extracting(gpu -> gpu.origin().time())
        .containsOnly(REQUEST.localTime());
  }

  @Test
  void read_hostWithoutGpus_hasNone() {
    var gpus = new SimulatedGpuSource(new SimulationSpec(1, 0, SimulatedGpuModel.H100), 1);

    assertThat(gpus.read(REQUEST).gpus()).isEmpty();
  }

  private static void assertWithinLimits(Gpu gpu, SimulatedGpuModel model) {
    assertThat(gpu.value(UTILIZATION).getAsDouble()).isBetween(0.0, 100.0);
    assertThat(gpu.value(TOTAL_MEMORY)).hasValue((double) model.memoryBytes);
    assertThat(gpu.wholeValue(USED_MEMORY).getAsLong()).isBetween(0L, model.memoryBytes);
    assertThat(gpu.value(POWER_CONSUMPTION).getAsDouble())
        .isBetween(1.0, (double) model.powerLimitWatts);
    assertThat(gpu.wholeValue(TEMPERATURE).getAsLong())
        .isBetween(20L, gpu.wholeValue(TEMPERATURE_THRESHOLD_SLOWDOWN).getAsLong() - 1);
    assertThat(gpu.wholeValue(FREQUENCY).getAsLong())
        .isBetween(1L, (long) model.maxClocks.graphicsMhz());
  }

  private static List<GpuReadings> readSequence(SimulatedGpuSource gpus) {
    return IntStream.range(0, 200).mapToObj(tick -> gpus.read(REQUEST)).toList();
  }

  private static List<String> readUuids(SimulatedGpuSource gpus) {
    return gpus.read(REQUEST).gpus().stream().map(Gpu::uuid).toList();
  }
}
