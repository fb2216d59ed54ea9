package io.muster.schema.metric;

import static io.muster.schema.metric.Rows.asDouble;

import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Storage;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The metric table: one row for each family of the exposition, in the order in which they are
 * written. A row holds the kind, the help text with the unit, and the extractor; the name on the
 * wire is the constant's name in lower case behind {@code all_smi_}. Names, labels and units are
 * those of all-smi 0.25.
 */
public enum MetricId {
  UP(
      "1 while the host sends fresh frames, else 0",
      (host, family) -> family.sample(host.hostLabels(), host.up() ? 1 : 0)),
  BUILD_INFO(
      "Version of the program that answers",
      (host, family) -> family.sample(host.buildLabels(), 1)),

  GPU_UTILIZATION("GPU utilization, percent", Rows.gpu(Gpu::utilization)),
  GPU_MEMORY_USED_BYTES("GPU memory in use, bytes", Rows.gpuLong(Gpu::usedMemory)),
  GPU_MEMORY_TOTAL_BYTES("GPU memory, bytes", Rows.gpuLong(Gpu::totalMemory)),
  GPU_TEMPERATURE_CELSIUS("GPU temperature, degrees Celsius", Rows.gpuLong(Gpu::temperature)),
  GPU_POWER_CONSUMPTION_WATTS("GPU power draw, watts", Rows.gpu(Gpu::powerConsumption)),
  GPU_FREQUENCY_MHZ("GPU graphics clock, MHz", Rows.gpuLong(Gpu::frequency)),
  ANE_UTILIZATION("Neural engine power, milliwatts", Rows.gpu(Gpu::aneUtilization)),
  DLA_UTILIZATION("Deep-learning accelerator utilization, percent", Rows.gpu(Gpu::dlaUtilization)),
  GPU_INFO(
      "What the vendor tells of the GPU",
      Rows.eachGpu((gpu, family) -> family.sample(gpuInfo(gpu), 1))),
  GPU_CLOCK_GRAPHICS_MAX_MHZ("Highest graphics clock, MHz", Rows.gpuDetail("clock_graphics_max")),
  GPU_CLOCK_MEMORY_MAX_MHZ("Highest memory clock, MHz", Rows.gpuDetail("clock_memory_max")),
  GPU_POWER_LIMIT_CURRENT_WATTS(
      "Power limit in force, watts", Rows.gpuDetail("power_limit_current")),
  GPU_POWER_LIMIT_MAX_WATTS("Highest power limit, watts", Rows.gpuDetail("power_limit_max")),
  GPU_PERFORMANCE_STATE("Performance state, 0 fastest to 15", Rows.gpuInt(Gpu::performanceState)),
  GPU_FAN_SPEED_RPM("GPU fan speed, revolutions per minute", Rows.gpuInt(Gpu::fanSpeedRpm)),
  GPU_TEMPERATURE_THRESHOLD_SLOWDOWN_CELSIUS(
      "Temperature at which clocks are cut, degrees Celsius",
      Rows.gpuInt(Gpu::temperatureThresholdSlowdown)),
  GPU_TEMPERATURE_THRESHOLD_SHUTDOWN_CELSIUS(
      "Temperature at which the GPU turns itself off, degrees Celsius",
      Rows.gpuInt(Gpu::temperatureThresholdShutdown)),
  GPU_TEMPERATURE_THRESHOLD_MAX_OPERATING_CELSIUS(
      "Highest specified temperature, degrees Celsius",
      Rows.gpuInt(Gpu::temperatureThresholdMaxOperating)),
  GPU_TEMPERATURE_THRESHOLD_ACOUSTIC_CELSIUS(
      "Temperature that the acoustic limit aims at, degrees Celsius",
      Rows.gpuInt(Gpu::temperatureThresholdAcoustic)),

  CPU_INFO(
      "Architecture and maker of the CPU",
      Rows.eachCpu((cpu, family) -> family.sample(cpuInfo(cpu), 1))),
  CPU_UTILIZATION("CPU utilization, percent", Rows.cpu(Cpu::utilization)),
  CPU_SOCKET_COUNT("CPU packages", Rows.cpuCount(Cpu::socketCount)),
  CPU_CORE_COUNT("Physical cores", Rows.cpuCount(Cpu::totalCores)),
  CPU_THREAD_COUNT("Logical CPUs", Rows.cpuCount(Cpu::totalThreads)),
  CPU_FREQUENCY_MHZ("Base frequency, MHz", Rows.cpuCount(Cpu::baseFrequencyMhz)),
  CPU_TEMPERATURE_CELSIUS(
      "CPU temperature, degrees Celsius", Rows.cpu(cpu -> asDouble(cpu.temperature()))),
  CPU_POWER_CONSUMPTION_WATTS("CPU power draw, watts", Rows.cpu(Cpu::powerConsumption)),
  CPU_SOCKET_UTILIZATION("Utilization of a CPU package, percent", sockets(CpuSocket::utilization)),
  CPU_SOCKET_FREQUENCY_MHZ(
      "Base frequency of a CPU package, MHz",
      sockets(socket -> OptionalDouble.of(socket.frequencyMhz()))),
  CPU_SOCKET_TEMPERATURE_CELSIUS(
      "Temperature of a CPU package, degrees Celsius",
      sockets(socket -> asDouble(socket.temperature()))),
  CPU_CORE_UTILIZATION("Utilization of a logical CPU, percent", Rows.eachCpu(MetricId::cores)),

  MEMORY_TOTAL_BYTES("Memory, bytes", Rows.memory(Memory::totalBytes)),
  MEMORY_USED_BYTES("Memory in use, bytes", Rows.memory(Memory::usedBytes)),
  MEMORY_AVAILABLE_BYTES(
      "Memory that can be had without swapping, bytes", Rows.memory(Memory::availableBytes)),
  MEMORY_FREE_BYTES("Memory used for nothing, bytes", Rows.memory(Memory::freeBytes)),
  MEMORY_UTILIZATION("Memory in use, percent", Rows.memory(Memory::utilization)),
  MEMORY_BUFFERS_BYTES(
      "Buffers, bytes", Rows.memoryAboveZero(Memory::buffersBytes, Memory::buffersBytes)),
  MEMORY_CACHED_BYTES(
      "Page cache, bytes", Rows.memoryAboveZero(Memory::cachedBytes, Memory::cachedBytes)),
  SWAP_TOTAL_BYTES(
      "Swap, bytes", Rows.memoryAboveZero(Memory::swapTotalBytes, Memory::swapTotalBytes)),
  SWAP_USED_BYTES(
      "Swap in use, bytes", Rows.memoryAboveZero(Memory::swapUsedBytes, Memory::swapTotalBytes)),
  SWAP_FREE_BYTES(
      "Free swap, bytes", Rows.memoryAboveZero(Memory::swapFreeBytes, Memory::swapTotalBytes)),

  DISK_TOTAL_BYTES("Size of the file system, bytes", Rows.disk(Storage::totalBytes)),
  DISK_AVAILABLE_BYTES("Free space for ordinary users, bytes", Rows.disk(Storage::availableBytes)),

  CHASSIS_INFO(
      "Product, vendor and firmware of the chassis",
      Rows.eachChassis((chassis, family) -> family.sample(chassisInfo(chassis), 1))),
  CHASSIS_POWER_WATTS("Power of the chassis, watts", Rows.chassis(Chassis::totalPowerWatts)),
  CHASSIS_INLET_TEMPERATURE_CELSIUS(
      "Lowest ACPI thermal zone, degrees Celsius", Rows.chassis(Chassis::inletTemperature)),
  CHASSIS_OUTLET_TEMPERATURE_CELSIUS(
      "Highest ACPI thermal zone, degrees Celsius", Rows.chassis(Chassis::outletTemperature)),
  CHASSIS_FAN_SPEED_RPM("Fan speed, revolutions per minute", Rows.eachChassis(MetricId::fans));

  private static final String PREFIX = "all_smi_";
  private static final Map<String, String> CORE_TYPE =
      Map.of("Super", "S", "Performance", "P", "Efficiency", "E", "Standard", "C");

  private final String wireName = PREFIX + name().toLowerCase(Locale.ROOT);
  private final Kind kind;
  private final String help;
  private final Rows rows;

  MetricId(String help, Rows rows) {
    this.kind = Kind.GAUGE;
    this.help = help;
    this.rows = rows;
  }

  /** Name of the family on the wire, such as {@code all_smi_gpu_utilization}. */
  public String wireName() {
    return wireName;
  }

  public Kind kind() {
    return kind;
  }

  /** What it measures, with the unit. */
  public String help() {
    return help;
  }

  Rows rows() {
    return rows;
  }

  private static LabelSet gpuInfo(HostScrape.Labelled<Gpu> gpu) {
    return HostScrape.withDetail(
        gpu.labels().and("type", gpu.subject().deviceType()), gpu.subject().detail());
  }

  private static LabelSet cpuInfo(HostScrape.Labelled<Cpu> cpu) {
    return cpu.labels()
        .and(
            "architecture", cpu.subject().architecture(),
            "platform_type", cpu.subject().platformType().label());
  }

  private static LabelSet chassisInfo(Chassis chassis) {
    return HostScrape.withDetail(Rows.chassisLabels(chassis), chassis.detail());
  }

  private static Rows sockets(Function<CpuSocket, OptionalDouble> reading) {
    return Rows.eachCpu(
        (cpu, family) ->
            cpu.subject()
                .perSocketInfo()
                .forEach(
                    socket ->
                        family.sample(socketLabels(cpu.subject(), socket), reading.apply(socket))));
  }

  private static LabelSet socketLabels(Cpu cpu, CpuSocket socket) {
    return LabelSet.of(
        "cpu_model", cpu.cpuModel(),
        "instance", cpu.instance(),
        "hostname", cpu.hostname(),
        "cpu_index", Integer.toString(cpu.index()),
        "socket_id", Integer.toString(socket.socketId()));
  }

  private static void cores(HostScrape.Labelled<Cpu> cpu, Exposition.Family family) {
    var labels =
        LabelSet.of(
            "cpu_model", cpu.subject().cpuModel(),
            "instance", cpu.subject().instance(),
            "hostname", cpu.subject().hostname());
    for (var core : cpu.subject().perCoreUtilization()) {
      var type = CORE_TYPE.getOrDefault(core.coreType(), "C");
      var all = labels.and("core_id", Integer.toString(core.coreId()), "core_type", type);
      family.sample(all, core.utilization());
    }
  }

  private static void fans(Chassis chassis, Exposition.Family family) {
    for (var fan : chassis.fanSpeeds()) {
      var labels =
          Rows.chassisLabels(chassis)
              .and("fan_id", Integer.toString(fan.id()), "fan_name", fan.name());
      family.sample(labels, fan.speedRpm());
    }
  }

  /** Type of a family, as its TYPE line says it. */
  public enum Kind {
    GAUGE,
    COUNTER
  }
}
