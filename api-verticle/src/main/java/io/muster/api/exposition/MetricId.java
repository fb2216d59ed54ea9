package io.muster.api.exposition;

import static io.muster.api.exposition.GpuLabels.APPLE_GPU;
import static io.muster.api.exposition.GpuLabels.GPU;
import static io.muster.api.exposition.GpuLabels.MIG_INSTANCE;
import static io.muster.api.exposition.HostLabels.APPLE_CPU;
import static io.muster.api.exposition.HostLabels.CHASSIS;
import static io.muster.api.exposition.HostLabels.CPU;
import static io.muster.api.exposition.HostLabels.CPU_SOCKET;
import static io.muster.api.exposition.HostLabels.DISK;
import static io.muster.api.exposition.HostLabels.MEMORY;
import static io.muster.api.exposition.HostLabels.PROCESS;
import static io.muster.api.exposition.MetricId.MetricUnit.BYTES;
import static io.muster.api.exposition.MetricId.MetricUnit.CELSIUS;
import static io.muster.api.exposition.MetricId.MetricUnit.EPOCH_SECONDS;
import static io.muster.api.exposition.MetricId.MetricUnit.JOULES;
import static io.muster.api.exposition.MetricId.MetricUnit.MEGAHERTZ;
import static io.muster.api.exposition.MetricId.MetricUnit.MILLIWATTS;
import static io.muster.api.exposition.MetricId.MetricUnit.NONE;
import static io.muster.api.exposition.MetricId.MetricUnit.PERCENT;
import static io.muster.api.exposition.MetricId.MetricUnit.RATIO;
import static io.muster.api.exposition.MetricId.MetricUnit.RPM;
import static io.muster.api.exposition.MetricId.MetricUnit.WATTS;
import static io.muster.api.exposition.SampleWriter.count;
import static io.muster.api.exposition.SampleWriter.number;
import static io.muster.api.exposition.SampleWriter.ofDouble;
import static io.muster.api.exposition.SampleWriter.ofInt;
import static io.muster.api.exposition.SampleWriter.ofLong;
import static io.muster.api.exposition.SampleWriter.one;
import static io.muster.api.exposition.SampleWriter.positive;
import static io.muster.api.exposition.SampleWriter.rounded;
import static io.muster.api.exposition.SampleWriter.whenPositive;

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
 * written. A row contains the help text, the unit, the labels and the extractor of the value; the
 * name on the wire is {@code all_smi_} and the name of the constant in lower case. Names, labels
 * and units are those of all-smi 0.25.
 */
public enum MetricId {
  UP("1 if the host sends fresh frames, else 0", HostLabels.HOST, count(h -> h.up() ? 1 : 0)),
  BUILD_INFO("Version and platform of the Muster node", HostLabels.BUILD, one()),

  GPU_UTILIZATION("GPU utilization", PERCENT, GPU, ofDouble(Gpu::utilization)),
  GPU_MEMORY_USED_BYTES("GPU memory in use", BYTES, GPU, ofLong(Gpu::usedMemory)),
  GPU_MEMORY_TOTAL_BYTES("Total GPU memory", BYTES, GPU, ofLong(Gpu::totalMemory)),
  GPU_TEMPERATURE_CELSIUS("GPU temperature", CELSIUS, GPU, ofLong(Gpu::temperature)),
  GPU_POWER_CONSUMPTION_WATTS("GPU power draw", WATTS, GPU, ofDouble(Gpu::powerConsumption)),
  GPU_FREQUENCY_MHZ("GPU graphics clock", MEGAHERTZ, GPU, ofLong(Gpu::frequency)),
  ANE_UTILIZATION("Neural engine power draw", MILLIWATTS, GPU, ofDouble(Gpu::aneUtilization)),
  DLA_UTILIZATION(
      "Deep-learning accelerator utilization", PERCENT, GPU, ofDouble(Gpu::dlaUtilization)),
  GPU_INFO("GPU details reported by the vendor", GpuLabels.GPU_INFO, one()),
  GPU_PCIE_GEN_CURRENT(
      "Current PCIe generation of the GPU link",
      GPU,
      detail("pcie_gen_current", "PCIe Generation")),
  GPU_PCIE_WIDTH_CURRENT(
      "Current PCIe lanes of the GPU link", GPU, detail("pcie_width_current", "PCIe Width")),
  GPU_CLOCK_GRAPHICS_MAX_MHZ(
      "Maximum GPU graphics clock", MEGAHERTZ, GPU, detail("clock_graphics_max")),
  GPU_CLOCK_MEMORY_MAX_MHZ("Maximum GPU memory clock", MEGAHERTZ, GPU, detail("clock_memory_max")),
  GPU_POWER_LIMIT_CURRENT_WATTS(
      "Current GPU power limit", WATTS, GPU, detail("power_limit_current")),
  GPU_POWER_LIMIT_MAX_WATTS("Maximum GPU power limit", WATTS, GPU, detail("power_limit_max")),
  GPU_PERFORMANCE_STATE(
      "GPU performance state, 0 (fastest) to 15", GPU, ofInt(Gpu::performanceState)),
  GPU_FAN_SPEED_RPM("GPU fan speed", RPM, GPU, ofInt(Gpu::fanSpeedRpm)),
  GPU_TEMPERATURE_THRESHOLD_SLOWDOWN_CELSIUS(
      "Temperature at which the GPU reduces its clocks",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdSlowdown)),
  GPU_TEMPERATURE_THRESHOLD_SHUTDOWN_CELSIUS(
      "Temperature at which the GPU shuts down",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdShutdown)),
  GPU_TEMPERATURE_THRESHOLD_MAX_OPERATING_CELSIUS(
      "Maximum specified operating temperature of the GPU",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdMaxOperating)),
  GPU_TEMPERATURE_THRESHOLD_ACOUSTIC_CELSIUS(
      "Target temperature of the acoustic limit of the GPU",
      CELSIUS,
      GPU,
      ofInt(Gpu::temperatureThresholdAcoustic)),
  ANE_POWER_WATTS("Neural engine power draw", WATTS, APPLE_GPU, ofDouble(MetricId::anePowerWatts)),
  THERMAL_PRESSURE_INFO("Thermal pressure level of the GPU", GpuLabels.THERMAL_PRESSURE, one()),
  COMBINED_POWER_WATTS(
      "Combined power draw of CPU, GPU and neural engine",
      WATTS,
      APPLE_GPU,
      ofDouble(MetricId::combinedPowerWatts)),
  GPU_NUMA_NODE_ID("NUMA node of the GPU", GPU, ofInt(Gpu::numaNodeId)),
  GPU_GSP_FIRMWARE_MODE(
      "GSP firmware mode: 0 disabled, 1 enabled, 2 default", GPU, ofInt(Gpu::gspFirmwareMode)),
  GPU_GSP_FIRMWARE_VERSION_INFO("GSP firmware version of the GPU", GpuLabels.GSP_VERSION, one()),
  NVLINK_REMOTE_DEVICE_TYPE("Remote device of an active NVLink, always 1", GpuLabels.NVLINK, one()),
  GPU_SM_OCCUPANCY(
      "Resident warps as a share of the maximum of the GPU",
      RATIO,
      GPU,
      gpm(GpmMetrics::smOccupancy)),
  GPU_MEMORY_BANDWIDTH_UTILIZATION(
      "GPU memory bandwidth utilization", RATIO, GPU, gpm(GpmMetrics::memoryBandwidthUtilization)),
  NPU_FIRMWARE_INFO("Firmware version of the NPU", GpuLabels.NPU_FIRMWARE, one()),

  GPU_MIG_MODE(
      "1 if the GPU is partitioned into MIG instances, else 0",
      GpuLabels.MIG,
      count(Mig::currentMode)),
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
      "Total memory of a MIG instance", BYTES, MIG_INSTANCE, ofLong(MigInstance::totalMemory)),

  PROCESS_MEMORY_USED_BYTES(
      "GPU memory used by the process", BYTES, PROCESS, count(ProcessEntry::usedMemory)),
  PROCESS_START_TIME_SECONDS(
      "Start time of the process", EPOCH_SECONDS, PROCESS, ofLong(MetricId::startTimeSeconds)),
  PROCESS_CPU_PERCENT(
      "CPU utilization of the process since the last reading, where 100 is one CPU",
      PERCENT,
      PROCESS,
      rounded(2, process -> OptionalDouble.of(process.cpuPercent()))),

  CPU_INFO("Architecture and vendor of the CPU", HostLabels.CPU_INFO, one()),
  CPU_UTILIZATION("CPU utilization", PERCENT, CPU, ofDouble(Cpu::utilization)),
  CPU_SOCKET_COUNT("Number of CPU packages", CPU, count(Cpu::socketCount)),
  CPU_CORE_COUNT("Number of physical CPU cores", CPU, count(Cpu::totalCores)),
  CPU_THREAD_COUNT("Number of logical CPUs", CPU, count(Cpu::totalThreads)),
  CPU_FREQUENCY_MHZ("Base frequency of the CPU", MEGAHERTZ, CPU, count(Cpu::baseFrequencyMhz)),
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
  CPU_S_CORE_COUNT("Number of super CPU cores", APPLE_CPU, positive(AppleSilicon::sCoreCount)),
  CPU_P_CORE_COUNT("Number of performance CPU cores", APPLE_CPU, count(AppleSilicon::pCoreCount)),
  CPU_E_CORE_COUNT("Number of efficiency CPU cores", APPLE_CPU, count(AppleSilicon::eCoreCount)),
  CPU_GPU_CORE_COUNT(
      "Number of GPU cores of the chip", APPLE_CPU, count(AppleSilicon::gpuCoreCount)),
  CPU_S_CORE_UTILIZATION(
      "Utilization of the super CPU cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::sCoreUtilization)),
  CPU_P_CORE_UTILIZATION(
      "Utilization of the performance CPU cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::pCoreUtilization)),
  CPU_E_CORE_UTILIZATION(
      "Utilization of the efficiency CPU cores",
      PERCENT,
      APPLE_CPU,
      ofDouble(AppleSilicon::eCoreUtilization)),
  CPU_S_CLUSTER_FREQUENCY_MHZ(
      "Clock of the super CPU cores",
      MEGAHERTZ,
      APPLE_CPU,
      ofInt(AppleSilicon::sClusterFrequencyMhz)),
  CPU_P_CLUSTER_FREQUENCY_MHZ(
      "Clock of the performance CPU cores",
      MEGAHERTZ,
      APPLE_CPU,
      ofInt(AppleSilicon::pClusterFrequencyMhz)),
  CPU_E_CLUSTER_FREQUENCY_MHZ(
      "Clock of the efficiency CPU cores",
      MEGAHERTZ,
      APPLE_CPU,
      ofInt(AppleSilicon::eClusterFrequencyMhz)),
  CPU_ANE_OPS_PER_SECOND(
      "Operations of the neural engine per second",
      APPLE_CPU,
      ofDouble(AppleSilicon::aneOpsPerSecond)),

  MEMORY_TOTAL_BYTES("Total host memory", BYTES, MEMORY, count(Memory::totalBytes)),
  MEMORY_USED_BYTES("Host memory in use", BYTES, MEMORY, count(Memory::usedBytes)),
  MEMORY_AVAILABLE_BYTES(
      "Host memory available without swapping", BYTES, MEMORY, count(Memory::availableBytes)),
  MEMORY_FREE_BYTES("Unused host memory", BYTES, MEMORY, count(Memory::freeBytes)),
  MEMORY_UTILIZATION("Host memory utilization", PERCENT, MEMORY, number(Memory::utilization)),
  MEMORY_BUFFERS_BYTES(
      "Memory used by block-device buffers", BYTES, MEMORY, positive(Memory::buffersBytes)),
  MEMORY_CACHED_BYTES(
      "Memory used by the page cache", BYTES, MEMORY, positive(Memory::cachedBytes)),
  SWAP_TOTAL_BYTES("Total swap space", BYTES, MEMORY, swap(Memory::swapTotalBytes)),
  SWAP_USED_BYTES("Swap space in use", BYTES, MEMORY, swap(Memory::swapUsedBytes)),
  SWAP_FREE_BYTES("Free swap space", BYTES, MEMORY, swap(Memory::swapFreeBytes)),

  DISK_TOTAL_BYTES("Size of the file system", BYTES, DISK, count(Storage::totalBytes)),
  DISK_AVAILABLE_BYTES(
      "File system space available to ordinary users", BYTES, DISK, count(Storage::availableBytes)),

  CONTAINER_RUNTIME_INFO("Container that the host runs in", HostLabels.CONTAINER, one()),
  KUBERNETES_POD_INFO("Kubernetes pod that the host runs in", HostLabels.POD, one()),
  VIRTUALIZATION_INFO("Virtual machine of the host", HostLabels.VIRTUAL_MACHINE, one()),
  RUNTIME_ENVIRONMENT("Runtime environment of the host", HostLabels.ENVIRONMENT, one()),

  CHASSIS_INFO("Product, vendor and firmware of the chassis", HostLabels.CHASSIS_INFO, one()),
  CHASSIS_POWER_WATTS(
      "Power draw of all GPUs of the chassis",
      WATTS,
      CHASSIS,
      rounded(2, Chassis::totalPowerWatts)),
  CHASSIS_CPU_POWER_WATTS("Power draw of the CPUs", WATTS, CHASSIS, power("cpu_power_watts")),
  CHASSIS_GPU_POWER_WATTS("Power draw of the GPUs", WATTS, CHASSIS, power("gpu_power_watts")),
  CHASSIS_ANE_POWER_WATTS(
      "Power draw of the neural engine", WATTS, CHASSIS, power("ane_power_watts")),
  CHASSIS_THERMAL_PRESSURE_INFO(
      "Thermal pressure level of the chassis", HostLabels.CHASSIS_PRESSURE, one()),
  CHASSIS_INLET_TEMPERATURE_CELSIUS(
      "Lowest temperature of the ACPI thermal zones",
      CELSIUS,
      CHASSIS,
      rounded(1, Chassis::inletTemperature)),
  CHASSIS_OUTLET_TEMPERATURE_CELSIUS(
      "Highest temperature of the ACPI thermal zones",
      CELSIUS,
      CHASSIS,
      rounded(1, Chassis::outletTemperature)),
  CHASSIS_FAN_SPEED_RPM("Speed of a chassis fan", RPM, HostLabels.FAN, count(Fan::speedRpm)),

  ENERGY_CONSUMED_JOULES_TOTAL(
      MetricType.COUNTER,
      "Energy consumed by the GPU, the CPUs or the chassis since it was first seen",
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

  /** Returns the name of the samples on the wire, such as {@code all_smi_gpu_utilization}. */
  public String wireName() {
    return wireName;
  }

  public MetricType type() {
    return type;
  }

  /** Returns the text of the HELP line, including the unit. */
  public String help() {
    return unit == NONE ? help : help + ", " + unit.text;
  }

  /** Returns the label names in their order on the wire, including optional ones. */
  public List<String> labelNames() {
    return labelNames;
  }

  /** Writes the samples of one host. */
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

  /** Type of a family, as in its TYPE line. */
  public enum MetricType {
    GAUGE,
    COUNTER
  }

  /** Unit of a value. */
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
