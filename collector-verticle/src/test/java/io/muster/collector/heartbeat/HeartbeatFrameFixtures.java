package io.muster.collector.heartbeat;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Memory.MemorySizes;
import io.muster.schema.host.Memory.SwapSizes;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.ReadingOrigin;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Frames with only the readings that a heartbeat contains. */
final class HeartbeatFrameFixtures {
  static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  static final Instant NOON = Instant.parse("2026-08-08T12:00:00.017Z");

  private static final String TIME = "2026-08-08 12:00:00";

  private HeartbeatFrameFixtures() {}

  static FrameHeader header(long sequence, Instant at) {
    return header(CLIENT, sequence, at);
  }

  static FrameHeader header(String client, long sequence, Instant at) {
    var summary = FrameSummary.of(readings(OptionalDouble.empty()));
    return new FrameHeader(
        "node7", client, 1000, sequence, at, Duration.ofSeconds(3), false, summary);
  }

  /** Readings with memory 7.58 % and disks 21 and 60 % full by size: 25 % together. */
  static Readings readings(OptionalDouble cpuPercent) {
    return new Readings(
        List.of(gpu("GPU-a", OptionalDouble.of(87)), gpu("GPU-b", OptionalDouble.empty())),
        List.of(cpu(cpuPercent)),
        List.of(memory(7.58)),
        List.of(),
        List.of(),
        List.of(disk("/", 900, 711), disk("/data", 100, 40)));
  }

  static Readings readings(double cpuPercent) {
    return readings(OptionalDouble.of(cpuPercent));
  }

  static Memory memory(double percent) {
    return new Memory(
        0,
        ReadingOrigin.of("n", TIME),
        new MemorySizes(0, 0, 0, 0, 0, 0),
        new SwapSizes(0, 0, 0),
        percent);
  }

  static Storage disk(String mountPoint, long total, long available) {
    return new Storage(mountPoint, total, available, "n", "n", 0);
  }

  private static Cpu cpu(OptionalDouble percent) {
    return new Cpu(
        0,
        ReadingOrigin.of("n", TIME),
        new CpuHardware("Xeon", "x86_64", PlatformType.ofVendor("GenuineIntel"), 1, 4, 8, 0, 0, 0),
        new CpuReadings(percent, OptionalInt.empty(), OptionalDouble.empty()),
        List.of(),
        Optional.empty(),
        List.of(),
        OptionalDouble.empty());
  }

  private static Gpu gpu(String uuid, OptionalDouble usage) {
    return FrameTestData.gpu(
        uuid,
        "n",
        GpuValues.builder()
            .with(UTILIZATION, usage)
            .with(TEMPERATURE, 54)
            .with(USED_MEMORY, 68_719_476_736L)
            .with(TOTAL_MEMORY, 150_754_820_096L)
            .with(POWER_CONSUMPTION, 412.3)
            .build());
  }
}
