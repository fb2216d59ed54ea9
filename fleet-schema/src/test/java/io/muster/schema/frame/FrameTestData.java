package io.muster.schema.frame;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.GSP_FIRMWARE_MODE;
import static io.muster.schema.gpu.GpuReading.NUMA_NODE_ID;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuIdentity;
import io.muster.schema.gpu.GpuState;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.ChassisThermal;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuHardware;
import io.muster.schema.host.CpuReadings;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Memory.MemorySizes;
import io.muster.schema.host.Memory.SwapSizes;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import io.muster.schema.host.ReadingOrigin;
import io.muster.schema.host.RuntimeEnvironment;
import io.muster.schema.host.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Literal frames of a host with one H200, with every section. */
public final class FrameTestData {
  private static final String TIME = "2026-08-08 21:34:56";

  private FrameTestData() {}

  public static EncodedFrame fullFrame(String host, long sequence) {
    return EncodedFrame.of(
        header(host, sequence), readings(host), EnumSet.allOf(Section.class), List.of());
  }

  public static FrameHeader header(String host, long sequence) {
    return new FrameHeader(
        host,
        "6e1131b4b9cc454aa6ce3294ab860b2d",
        1_786_185_000_000L,
        sequence,
        Instant.parse("2026-08-08T12:34:56.789Z"),
        Duration.ofSeconds(3),
        false,
        FrameSummary.of(readings(host)));
  }

  public static Readings readings(String host) {
    return new Readings(
        List.of(gpu(host)),
        List.of(cpu(host)),
        List.of(memory(host)),
        List.of(chassis(host, Optional.empty())),
        List.of(process()),
        List.of(new Storage("/", 1_900_000_000_000L, 1_500_000_000_000L, host, host, 0)));
  }

  /** Returns the same readings with the keys that all-smi does not have. */
  public static Readings extendedReadings(String host) {
    var plain = readings(host);
    return new Readings(
        List.of(
            partitioned(gpu(host).with(ENERGY_CONSUMED_JOULES, OptionalDouble.of(1_234_567.891)))),
        List.of(cpu(host).withEnergyConsumedJoules(OptionalDouble.of(98_765.4321))),
        plain.memory(),
        List.of(
            chassis(host, Optional.of(runtime()))
                .withEnergyConsumedJoules(OptionalDouble.of(1_333_333.3))),
        plain.processes(),
        plain.storage());
  }

  public static Gpu gpu(String host) {
    return new Gpu(
        GpuIdentity.ofGpu("GPU-0f3c1d2e-1111-2222-3333-444455556666", "NVIDIA H200"),
        ReadingOrigin.of(host, TIME),
        GpuValues.builder()
            .with(UTILIZATION, 87)
            .with(TEMPERATURE, 54)
            .with(USED_MEMORY, 68_719_476_736L)
            .with(TOTAL_MEMORY, 150_754_820_096L)
            .with(FREQUENCY, 1755)
            .with(POWER_CONSUMPTION, 412.337)
            .with(TEMPERATURE_THRESHOLD_SLOWDOWN, 92)
            .with(TEMPERATURE_THRESHOLD_SHUTDOWN, 95)
            .with(TEMPERATURE_THRESHOLD_MAX_OPERATING, 86)
            .with(PERFORMANCE_STATE, 0)
            .with(NUMA_NODE_ID, 0)
            .with(GSP_FIRMWARE_MODE, 2)
            .build(),
        Optional.of("580.95.05"),
        List.of(new NvlinkRemoteDevice(0, "switch", OptionalLong.empty())),
        Optional.of(GpmMetrics.NO_READINGS),
        Map.of("Driver Version", "580.95.05", "CUDA Version", "13.0", "power_limit_max", "700.00"),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns a device that reports only its identity. */
  public static Gpu gpuWithoutReadings(String host) {
    return gpu("GPU-1", host, GpuValues.NONE);
  }

  /** Returns a device that reports these readings and nothing else. */
  public static Gpu gpu(String uuid, String host, GpuValues values) {
    return new Gpu(
        GpuIdentity.ofGpu(uuid, "NVIDIA H200"),
        ReadingOrigin.of(host, TIME),
        values,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static Gpu partitioned(Gpu gpu) {
    return new Gpu(
        gpu.identity(),
        gpu.origin(),
        gpu.values(),
        gpu.gspFirmwareVersion(),
        gpu.nvlinkRemoteDevices(),
        gpu.gpmMetrics(),
        gpu.detail(),
        Optional.of(mig()),
        Optional.of(GpuState.DEGRADED));
  }

  private static Mig mig() {
    var firstInstance =
        new MigInstance(
            0,
            "MIG-1f0a1b2c-1111-2222-3333-444455556666",
            "1g.18gb",
            OptionalInt.of(7),
            OptionalInt.of(0),
            OptionalDouble.of(75),
            OptionalDouble.of(40),
            OptionalLong.of(1_073_741_824L),
            OptionalLong.of(19_327_352_832L));
    var secondInstance =
        new MigInstance(
            1,
            "MIG-2f0a1b2c-1111-2222-3333-444455556666",
            "1g.18gb",
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    return new Mig(1, 1, List.of(firstInstance, secondInstance));
  }

  private static RuntimeEnvironment runtime() {
    return new RuntimeEnvironment(
        "Kubernetes",
        Optional.of("Kubernetes"),
        Optional.of("3f4e5d6c7b8a"),
        Optional.of("train-0"),
        Optional.of("research"),
        Optional.of("KVM"),
        Optional.empty());
  }

  private static Cpu cpu(String host) {
    return new Cpu(
        0,
        ReadingOrigin.of(host, TIME),
        new CpuHardware(
            "Intel(R) Xeon(R) Platinum 8480C",
            "x86_64",
            PlatformType.ofVendor("GenuineIntel"),
            1,
            56,
            112,
            2000,
            3800,
            105),
        new CpuReadings(OptionalDouble.of(7.75), OptionalInt.of(51), OptionalDouble.empty()),
        List.of(new CpuSocket(0, OptionalDouble.of(7.75), 56, 112, OptionalInt.of(51), 2000)),
        Optional.empty(),
        List.of(
            new CpuCore(0, "Standard", OptionalDouble.of(12.5)),
            new CpuCore(1, "Standard", OptionalDouble.of(3))),
        OptionalDouble.empty());
  }

  private static Memory memory(String host) {
    return new Memory(
        0,
        ReadingOrigin.of(host, TIME),
        new MemorySizes(
            2_164_000_000_000L,
            164_000_000_000L,
            2_000_000_000_000L,
            1_700_000_000_000L,
            1_048_576_000L,
            300_000_000_000L),
        new SwapSizes(0, 0, 0),
        7.578558225508318);
  }

  private static Chassis chassis(String host, Optional<RuntimeEnvironment> runtime) {
    return new Chassis(
        ReadingOrigin.of(host, TIME),
        OptionalDouble.of(412.337),
        new ChassisThermal(OptionalDouble.of(27.8), OptionalDouble.of(27.8), Optional.empty()),
        List.of(new Fan(0, "CPU Fan", 1200, 0)),
        List.of(),
        Map.of("Product Name", "GPU-8U", "platform", "Linux"),
        OptionalDouble.empty(),
        runtime);
  }

  private static ProcessEntry process() {
    return new ProcessEntry(
        new ProcessIdentity(
            48_211, 48_190, "python", "alice", "python train.py --config big.yaml", "1786185296"),
        new ProcessSchedule("S", 1, 20, 0),
        new ProcessLoad(98.6, 36_120, 1.25, 27_050_115_072L, 91_268_055_040L),
        new ProcessGpuUse(0, "GPU-0f3c1d2e-1111-2222-3333-444455556666", 68_450_648_064L, 0, true));
  }
}
