package io.muster.schema.metric;

import static io.muster.schema.metric.GpuLabels.APPLE_GPU;
import static io.muster.schema.metric.GpuLabels.GPU;
import static io.muster.schema.metric.GpuLabels.MIG_INSTANCE;
import static io.muster.schema.metric.HostLabels.APPLE_CPU;
import static io.muster.schema.metric.HostLabels.CHASSIS;
import static io.muster.schema.metric.HostLabels.CPU;
import static io.muster.schema.metric.HostLabels.CPU_SOCKET;
import static io.muster.schema.metric.HostLabels.DISK;
import static io.muster.schema.metric.HostLabels.MEMORY;
import static io.muster.schema.metric.HostLabels.PROCESS;
import static io.muster.schema.metric.MetricId.MetricUnit.BYTES;
import static io.muster.schema.metric.MetricId.MetricUnit.CELSIUS;
import static io.muster.schema.metric.MetricId.MetricUnit.EPOCH_SECONDS;
import static io.muster.schema.metric.MetricId.MetricUnit.JOULES;
import static io.muster.schema.metric.MetricId.MetricUnit.MEGAHERTZ;
import static io.muster.schema.metric.MetricId.MetricUnit.MILLIWATTS;
import static io.muster.schema.metric.MetricId.MetricUnit.NONE;
import static io.muster.schema.metric.MetricId.MetricUnit.PERCENT;
import static io.muster.schema.metric.MetricId.MetricUnit.RATIO;
import static io.muster.schema.metric.MetricId.MetricUnit.RPM;
import static io.muster.schema.metric.MetricId.MetricUnit.WATTS;
import static io.muster.schema.metric.SampleWriter.count;
import static io.muster.schema.metric.SampleWriter.number;
import static io.muster.schema.metric.SampleWriter.ofDouble;
import static io.muster.schema.metric.SampleWriter.ofInt;
import static io.muster.schema.metric.SampleWriter.ofLong;
import static io.muster.schema.metric.SampleWriter.one;
import static io.muster.schema.metric.SampleWriter.positive;
import static io.muster.schema.metric.SampleWriter.rounded;
import static io.muster.schema.metric.SampleWriter.whenPositive;

import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.host.AppleSilicon;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The metric table: one row for each family of the exposition, in the order in which they are
 * written. A row holds what is measured, its unit, its labels and how it is read; the name on the
 * wire is the constant's name in lower case behind {@code all_smi_}. Names, labels and units are
 * those of all-smi 0.25.
 */
public enum MetricId {
  UP("1 while the host sends fresh frames, else 0", HostLabels.HOST, count(h -> h.up() ? 1 : 0)),
  BUILD_INFO("Version of the program that answers", HostLabels.BUILD, one()),

  GPU_UTILIZATION("GPU utilization", PERCENT, GPU, ofDouble(Gpu::utilization)),
  GPU_MEMORY_USED_BYTES("GPU memory in use", BYTES, GPU, ofLong(Gpu::usedMemory)),
  GPU_MEMORY_TOTAL_BYTES("GPU memory", BYTES, GPU, ofLong(Gpu::totalMemory)),
  GPU_TEMPERATURE_CELSIUS("GPU temperature", CELSIUS, GPU, ofLong(Gpu::temperature)),
  GPU_POWER_CONSUMPTION_WATTS("GPU power draw", WATTS, GPU, ofDouble(Gpu::powerConsumption)),
  GPU_FREQUENCY_MHZ("GPU graphics clock", MEGAHERTZ, GPU, ofLong(Gpu::frequency)),
  ANE_UTILIZATION("Neural engine power", MILLIWATTS, GPU, ofDouble(Gpu::aneUtilization)),
  DLA_UTILIZATION(
      "Deep-learning accelerator utilization", PERCENT, GPU, ofDouble(Gpu::dlaUtilization)),
  GPU_INFO("What the vendor tells of the GPU", GpuLabels.GPU_INFO, one()),
  GPU_PCIE_GEN_CURRENT(
      "PCIe generation of the link as it is now",
      GPU,
      detail("pcie_gen_current", "PCIe Generation")),
  GPU_PCIE_WIDTH_CURRENT(
      "PCIe lanes of the link as it is now", GPU, detail("pcie_width_current", "PCIe Width")),
  GPU_CLOCK_GRAPHICS_MAX_MHZ(
      "Highest graphics clock", MEGAHERTZ, GPU, detail("clock_graphics_max")),
  GPU_CLOCK_MEMORY_MAX_MHZ("Highest memory clock", MEGAHERTZ, GPU, detail("clock_memory_max")),
  GPU_POWER_LIMIT_CURRENT_WATTS("Power limit in force", WATTS, GPU, detail("power_limit_current")),
  GPU_POWER_LIMIT_MAX_WATTS("Highest power limit", WATTS, GPU, detail("power_limit_max")),
  GPU_PERFORMANCE_STATE("Performance state, 0 fastest to 15", GPU, ofInt(Gpu::performanceState)),
  GPU_FAN_SPEED_RPM("GPU fan speed", RPM, GPU, ofInt(Gpu::fanSpeedRpm)),
  GPU_TEMPERATURE_THRESHOLD_SLOWDOWN_CELSIUS(
      "Temperature at which clocks are cut",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdSlowdown)),
  GPU_TEMPERATURE_THRESHOLD_SHUTDOWN_CELSIUS(
      "Temperature at which the GPU turns itself off",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdShutdown)),
  GPU_TEMPERATURE_THRESHOLD_MAX_OPERATING_CELSIUS(
      "Highest specified temperature", CELSIUS, GPU, ofInt(Gpu::temperatureThresholdMaxOperating)),
  GPU_TEMPERATURE_THRESHOLD_ACOUSTIC_CELSIUS(
      "Temperature that the acoustic limit aims at",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdAcoustic)),
  ANE_POWER_WATTS("Neural engine power", WATTS, APPLE_GPU, ofDouble(MetricId::anePowerWatts)),
  THERMAL_PRESSURE_INFO("Thermal pressure level", GpuLabels.THERMAL_PRESSURE, one()),
  COMBINED_POWER_WATTS(
      "Power of CPU, GPU and neural engine",
      WATTS,
      APPLE_GPU,
      ofDouble(MetricId::combinedPowerWatts)),
  GPU_NUMA_NODE_ID("NUMA node that the GPU hangs on", GPU, ofInt(Gpu::numaNodeId)),
  GPU_GSP_FIRMWARE_MODE(
      "GSP firmware: 0 disabled, 1 enabled, 2 the default", GPU, ofInt(Gpu::gspFirmwareMode)),
  GPU_GSP_FIRMWARE_VERSION_INFO("GSP firmware version", GpuLabels.GSP_VERSION, one()),
  NVLINK_REMOTE_DEVICE_TYPE("1 for each active NVLink", GpuLabels.NVLINK, one()),
  GPU_SM_OCCUPANCY("Resident warps", RATIO, GPU, gpm(GpmMetrics::smOccupancy)),
  GPU_MEMORY_BANDWIDTH_UTILIZATION(
      "Memory bandwidth in use", RATIO, GPU, gpm(GpmMetrics::memoryBandwidthUtilization)),
  NPU_FIRMWARE_INFO("Firmware version of the NPU", GpuLabels.NPU_FIRMWARE, one()),

  GPU_MIG_MODE("1 while the GPU is partitioned, else 0", GpuLabels.MIG, count(Mig::currentMode)),
  MIG_INSTANCE_UTILIZATION_GPU(
      "Utilization of a MIG instance", PERCENT, MIG_INSTANCE, ofDouble(MigInstance::utilization)),
  MIG_INSTANCE_UTILIZATION_MEMORY(
      "Memory utilization of a MIG instance",
      PERCENT,
      MIG_INSTANCE,
      ofDouble(MigInstance::memoryUtilization)),
  MIG_INSTANCE_MEMORY_USED_BYTES(
      "Memory in use of a MIG instance", BYTES, MIG_INSTANCE, ofLong(MigInstance::usedMemory)),
  MIG_INSTANCE_MEMORY_TOTAL_BYTES(
      "Memory of a MIG instance", BYTES, MIG_INSTANCE, ofLong(MigInstance::totalMemory)),

  PROCESS_MEMORY_USED_BYTES(
      "GPU memory that the process holds", BYTES, PROCESS, count(ProcessEntry::usedMemory)),
  PROCESS_START_TIME_SECONDS(
      "Start of the process", EPOCH_SECONDS, PROCESS, ofLong(MetricId::startTimeSeconds)),
  PROCESS_CPU_PERCENT(
      "Use of CPUs since the last reading, 100 is one CPU",
      PERCENT,
      PROCESS,
      rounded(2, process -> OptionalDouble.of(process.cpuPercent()))),

  CPU_INFO("Architecture and maker of the CPU", HostLabels.CPU_INFO, one()),
  CPU_UTILIZATION("CPU utilization", PERCENT, CPU, ofDouble(Cpu::utilization)),
  CPU_SOCKET_COUNT("CPU packages", CPU, count(Cpu::socketCount)),
  CPU_CORE_COUNT("Physical cores", CPU, count(Cpu::totalCores)),
  CPU_THREAD_COUNT("Logical CPUs", CPU, count(Cpu::totalThreads)),
  CPU_FREQUENCY_MHZ("Base frequency", MEGAHERTZ, CPU, count(Cpu::baseFrequencyMhz)),
  CPU_TEMPERATURE_CELSIUS("CPU temperature", CELSIUS, CPU, ofInt(Cpu::temperature)),
  CPU_POWER_CONSUMPTION_WATTS("CPU power draw", WATTS, CPU, ofDouble(Cpu::powerConsumption)),
  CPU_SOCKET_UTILIZATION(
      "Utilization of a CPU package", PERCENT, CPU_SOCKET, ofDouble(CpuSocket::utilization)),
  CPU_SOCKET_FREQUENCY_MHZ(
      "Base frequency of a CPU package", MEGAHERTZ, CPU_SOCKET, count(CpuSocket::frequencyMhz)),
  CPU_SOCKET_TEMPERATURE_CELSIUS(
      "Temperature of a CPU package", CELSIUS, CPU_SOCKET, ofInt(CpuSocket::temperature)),
  CPU_CORE_UTILIZATION(
      "Utilization of a logical CPU", PERCENT, HostLabels.CPU_CORE, ofDouble(CpuCore::utilization)),
  CPU_S_CORE_COUNT("Super cores", APPLE_CPU, positive(AppleSilicon::sCoreCount)),
  CPU_P_CORE_COUNT("Performance cores", APPLE_CPU, count(AppleSilicon::pCoreCount)),
  CPU_E_CORE_COUNT("Efficiency cores", APPLE_CPU, count(AppleSilicon::eCoreCount)),
  CPU_GPU_CORE_COUNT("GPU cores of the chip", APPLE_CPU, count(AppleSilicon::gpuCoreCount)),
  CPU_S_CORE_UTILIZATION(
      "Utilization of the super cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::sCoreUtilization)),
  CPU_P_CORE_UTILIZATION(
      "Utilization of the performance cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::pCoreUtilization)),
  CPU_E_CORE_UTILIZATION(
      "Utilization of the efficiency cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::eCoreUtilization)),
  CPU_S_CLUSTER_FREQUENCY_MHZ(
      "Clock of the super cores", MEGAHERTZ, APPLE_CPU, ofInt(AppleSilicon::sClusterFrequencyMhz)),
  CPU_P_CLUSTER_FREQUENCY_MHZ(
      "Clock of the performance cores",
      MEGAHERTZ,
      APPLE_CPU,
      ofInt(AppleSilicon::pClusterFrequencyMhz)),
  CPU_E_CLUSTER_FREQUENCY_MHZ(
      "Clock of the efficiency cores",
      MEGAHERTZ,
      APPLE_CPU,
      ofInt(AppleSilicon::eClusterFrequencyMhz)),
  CPU_ANE_OPS_PER_SECOND(
      "Operations of the neural engine, per second",
      APPLE_CPU,
      ofDouble(AppleSilicon::aneOpsPerSecond)),

  MEMORY_TOTAL_BYTES("Memory", BYTES, MEMORY, count(Memory::totalBytes)),
  MEMORY_USED_BYTES("Memory in use", BYTES, MEMORY, count(Memory::usedBytes)),
  MEMORY_AVAILABLE_BYTES(
      "Memory that can be had without swapping", BYTES, MEMORY, count(Memory::availableBytes)),
  MEMORY_FREE_BYTES("Memory used for nothing", BYTES, MEMORY, count(Memory::freeBytes)),
  MEMORY_UTILIZATION("Memory in use", PERCENT, MEMORY, number(Memory::utilization)),
  MEMORY_BUFFERS_BYTES("Buffers", BYTES, MEMORY, positive(Memory::buffersBytes)),
  MEMORY_CACHED_BYTES("Page cache", BYTES, MEMORY, positive(Memory::cachedBytes)),
  SWAP_TOTAL_BYTES("Swap", BYTES, MEMORY, swap(Memory::swapTotalBytes)),
  SWAP_USED_BYTES("Swap in use", BYTES, MEMORY, swap(Memory::swapUsedBytes)),
  SWAP_FREE_BYTES("Free swap", BYTES, MEMORY, swap(Memory::swapFreeBytes)),

  DISK_TOTAL_BYTES("Size of the file system", BYTES, DISK, count(Storage::totalBytes)),
  DISK_AVAILABLE_BYTES(
      "Free space for ordinary users", BYTES, DISK, count(Storage::availableBytes)),

  CONTAINER_RUNTIME_INFO("Container that the host runs in", HostLabels.CONTAINER, one()),
  KUBERNETES_POD_INFO("Pod that the host runs in", HostLabels.POD, one()),
  VIRTUALIZATION_INFO("Virtual machine that the host is", HostLabels.VIRTUAL_MACHINE, one()),
  RUNTIME_ENVIRONMENT("What the host runs in", HostLabels.ENVIRONMENT, one()),

  CHASSIS_INFO("Product, vendor and firmware of the chassis", HostLabels.CHASSIS_INFO, one()),
  CHASSIS_POWER_WATTS("Power of the chassis", WATTS, CHASSIS, rounded(2, Chassis::totalPowerWatts)),
  CHASSIS_CPU_POWER_WATTS("Power of the CPUs", WATTS, CHASSIS, power("cpu_power_watts")),
  CHASSIS_GPU_POWER_WATTS("Power of the GPUs", WATTS, CHASSIS, power("gpu_power_watts")),
  CHASSIS_ANE_POWER_WATTS("Power of the neural engine", WATTS, CHASSIS, power("ane_power_watts")),
  CHASSIS_THERMAL_PRESSURE_INFO("Thermal pressure level", HostLabels.CHASSIS_PRESSURE, one()),
  CHASSIS_INLET_TEMPERATURE_CELSIUS(
      "Lowest ACPI thermal zone", CELSIUS, CHASSIS, rounded(1, Chassis::inletTemperature)),
  CHASSIS_OUTLET_TEMPERATURE_CELSIUS(
      "Highest ACPI thermal zone", CELSIUS, CHASSIS, rounded(1, Chassis::outletTemperature)),
  CHASSIS_FAN_SPEED_RPM("Fan speed", RPM, HostLabels.FAN, count(Fan::speedRpm)),

  ENERGY_CONSUMED_JOULES_TOTAL(
      MetricType.COUNTER,
      "Energy drawn since the device was first seen",
      JOULES,
      HostLabels.ENERGY,
      rounded(3, OptionalDouble::of));

  private static final String PREFIX = "all_smi_";

  private final String wireName = PREFIX + name().toLowerCase(Locale.ROOT);
  private final MetricType type;
  private final String help;
  private final MetricUnit unit;
  private final List<String> labelNames;
  private final BiConsumer<HostLabelCache, SampleLines> writer;

  <T> MetricId(String help, LabelSchema<T> schema, SampleWriter<T> sampleWriter) {
    this(help, NONE, schema, sampleWriter);
  }

  <T> MetricId(String help, MetricUnit unit, LabelSchema<T> schema, SampleWriter<T> sampleWriter) {
    this(MetricType.GAUGE, help, unit, schema, sampleWriter);
  }

  <T> MetricId(
      MetricType type,
      String help,
      MetricUnit unit,
      LabelSchema<T> schema,
      SampleWriter<T> sampleWriter) {
    this.type = type;
    this.help = help;
    this.unit = unit;
    this.labelNames = schema.labelNames();
    this.writer =
        (host, lines) -> {
          for (var entry : host.entries(schema)) {
            sampleWriter.write(entry.value(), entry.labels(), lines);
          }
        };
  }

  /** Name of the samples on the wire, such as {@code all_smi_gpu_utilization}. */
  public String wireName() {
    return wireName;
  }

  public MetricType type() {
    return type;
  }

  /** What it measures, with the unit. */
  public String help() {
    return unit == NONE ? help : help + ", " + unit.text;
  }

  /** Names of the labels in their order on the wire, those included that a sample may lack. */
  public List<String> labelNames() {
    return labelNames;
  }

  /** Writes the lines of one host. */
  void write(HostLabelCache host, SampleLines lines) {
    writer.accept(host, lines);
  }

  private static SampleWriter<Gpu> detail(String... keys) {
    return ofDouble(gpu -> SampleWriter.detailNumber(gpu.detail(), keys));
  }

  private static SampleWriter<Chassis> power(String key) {
    return rounded(2, chassis -> SampleWriter.detailNumber(chassis.detail(), key));
  }

  private static SampleWriter<Memory> swap(ToLongFunction<Memory> bytes) {
    return whenPositive(Memory::swapTotalBytes, count(bytes));
  }

  private static SampleWriter<Gpu> gpm(Function<GpmMetrics, OptionalDouble> reading) {
    return ofDouble(gpu -> gpu.gpmMetrics().map(reading).orElse(OptionalDouble.empty()));
  }

  private static OptionalDouble anePowerWatts(Gpu gpu) {
    return milliwattsToWatts(gpu.aneUtilization());
  }

  private static OptionalDouble combinedPowerWatts(Gpu gpu) {
    return milliwattsToWatts(SampleWriter.detailNumber(gpu.detail(), "combined_power_mw"));
  }

  private static OptionalDouble milliwattsToWatts(OptionalDouble milliwatts) {
    return milliwatts.isPresent() ? OptionalDouble.of(milliwatts.getAsDouble() / 1000) : milliwatts;
  }

  private static OptionalLong startTimeSeconds(ProcessEntry process) {
    try {
      return OptionalLong.of(Long.parseLong(process.startTime()));
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }

  /** Type of a family, as its TYPE line says it. */
  public enum MetricType {
    GAUGE,
    COUNTER
  }

  /** What a value counts. */
  enum MetricUnit {
    NONE(""),
    PERCENT("percent"),
    RATIO("ratio of 0 to 1"),
    BYTES("bytes"),
    CELSIUS("degrees Celsius"),
    WATTS("watts"),
    MILLIWATTS("milliwatts"),
    JOULES("joules"),
    MEGAHERTZ("MHz"),
    RPM("revolutions per minute"),
    EPOCH_SECONDS("seconds since the epoch");

    private final String text;

    MetricUnit(String text) {
      this.text = text;
    }
  }
}
