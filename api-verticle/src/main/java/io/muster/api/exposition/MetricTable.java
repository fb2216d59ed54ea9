package io.muster.api.exposition;

import static io.muster.api.exposition.HostLabels.APPLE_CPU;
import static io.muster.api.exposition.HostLabels.CHASSIS;
import static io.muster.api.exposition.HostLabels.CPU;
import static io.muster.api.exposition.HostLabels.CPU_SOCKET;
import static io.muster.api.exposition.HostLabels.DISK;
import static io.muster.api.exposition.HostLabels.MEMORY;
import static io.muster.api.exposition.HostLabels.PROCESS;
import static io.muster.api.exposition.MetricFamily.counter;
import static io.muster.api.exposition.MetricFamily.detailNumber;
import static io.muster.api.exposition.MetricFamily.gauge;
import static io.muster.api.exposition.MetricFamily.info;
import static io.muster.api.exposition.MetricFamily.intReading;
import static io.muster.api.exposition.MetricFamily.positive;
import static io.muster.api.exposition.MetricFamily.reading;
import static io.muster.api.exposition.MetricFamily.rounded;
import static io.muster.schema.json.Unit.BYTES;
import static io.muster.schema.json.Unit.CELSIUS;
import static io.muster.schema.json.Unit.EPOCH_SECONDS;
import static io.muster.schema.json.Unit.JOULES;
import static io.muster.schema.json.Unit.MEGAHERTZ;
import static io.muster.schema.json.Unit.PERCENT;
import static io.muster.schema.json.Unit.RPM;
import static io.muster.schema.json.Unit.WATTS;

import io.muster.api.exposition.HostLabels.HostProcess;
import io.muster.schema.host.AppleSilicon;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Storage;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The metric table: one row for each family of the exposition, in the order in which they are
 * written. A row contains the name without its prefix {@code all_smi_}, the help text, the unit,
 * the labels and the value. Names, labels and units are those of all-smi 0.25.
 */
final class MetricTable {
  private static final List<MetricFamily> COLLECTION =
      List.of(
          gauge("up", "1 if the host sends fresh frames, else 0")
              .of(HostLabels.HOST, h -> h.up() ? 1 : 0),
          info("build_info", "Version and platform of the Muster node", HostLabels.BUILD));

  private static final List<MetricFamily> HOST =
      List.of(
          gauge("process_memory_used_bytes", "GPU memory used by the process", BYTES)
              .of(PROCESS, process -> process.entry().gpu().usedMemory()),
          gauge("process_start_time_seconds", "Start time of the process", EPOCH_SECONDS)
              .of(PROCESS, MetricTable::startTimeSeconds),
          gauge(
                  "process_cpu_percent",
                  "CPU utilization of the process since the last reading, where 100 is one CPU",
                  PERCENT)
              .of(PROCESS, rounded(2, process -> process.entry().load().cpuPercent())),
          info("cpu_info", "Architecture and vendor of the CPU", HostLabels.CPU_INFO),
          gauge("cpu_utilization", "CPU utilization", PERCENT)
              .of(CPU, reading(each -> each.readings().utilization())),
          gauge("cpu_socket_count", "Number of CPU packages")
              .of(CPU, each -> each.hardware().socketCount()),
          gauge("cpu_core_count", "Number of physical CPU cores")
              .of(CPU, each -> each.hardware().totalCores()),
          gauge("cpu_thread_count", "Number of logical CPUs")
              .of(CPU, each -> each.hardware().totalThreads()),
          gauge("cpu_frequency_mhz", "Base frequency of the CPU", MEGAHERTZ)
              .of(CPU, each -> each.hardware().baseFrequencyMhz()),
          gauge("cpu_temperature_celsius", "CPU temperature", CELSIUS)
              .of(CPU, intReading(each -> each.readings().temperature())),
          gauge("cpu_power_consumption_watts", "CPU power draw", WATTS)
              .of(CPU, reading(each -> each.readings().powerConsumption())),
          gauge("cpu_socket_utilization", "Utilization of a CPU package", PERCENT)
              .of(CPU_SOCKET, reading(CpuSocket::utilization)),
          gauge("cpu_socket_frequency_mhz", "Base frequency of a CPU package", MEGAHERTZ)
              .of(CPU_SOCKET, CpuSocket::frequencyMhz),
          gauge("cpu_socket_temperature_celsius", "Temperature of a CPU package", CELSIUS)
              .of(CPU_SOCKET, intReading(CpuSocket::temperature)),
          gauge("cpu_core_utilization", "Utilization of a logical CPU", PERCENT)
              .of(HostLabels.CPU_CORE, reading(CpuCore::utilization)),
          gauge("cpu_s_core_count", "Number of super CPU cores")
              .of(APPLE_CPU, positive(AppleSilicon::sCoreCount)),
          gauge("cpu_p_core_count", "Number of performance CPU cores")
              .of(APPLE_CPU, AppleSilicon::pCoreCount),
          gauge("cpu_e_core_count", "Number of efficiency CPU cores")
              .of(APPLE_CPU, AppleSilicon::eCoreCount),
          gauge("cpu_gpu_core_count", "Number of GPU cores of the chip")
              .of(APPLE_CPU, AppleSilicon::gpuCoreCount),
          gauge("cpu_s_core_utilization", "Utilization of the super CPU cores", PERCENT)
              .of(APPLE_CPU, reading(AppleSilicon::sCoreUtilization)),
          gauge("cpu_p_core_utilization", "Utilization of the performance CPU cores", PERCENT)
              .of(APPLE_CPU, reading(AppleSilicon::pCoreUtilization)),
          gauge("cpu_e_core_utilization", "Utilization of the efficiency CPU cores", PERCENT)
              .of(APPLE_CPU, reading(AppleSilicon::eCoreUtilization)),
          gauge("cpu_s_cluster_frequency_mhz", "Clock of the super CPU cores", MEGAHERTZ)
              .of(APPLE_CPU, intReading(AppleSilicon::sClusterFrequencyMhz)),
          gauge("cpu_p_cluster_frequency_mhz", "Clock of the performance CPU cores", MEGAHERTZ)
              .of(APPLE_CPU, intReading(AppleSilicon::pClusterFrequencyMhz)),
          gauge("cpu_e_cluster_frequency_mhz", "Clock of the efficiency CPU cores", MEGAHERTZ)
              .of(APPLE_CPU, intReading(AppleSilicon::eClusterFrequencyMhz)),
          gauge("cpu_ane_ops_per_second", "Operations of the neural engine per second")
              .of(APPLE_CPU, reading(AppleSilicon::aneOpsPerSecond)),
          gauge("memory_total_bytes", "Total host memory", BYTES)
              .of(MEMORY, each -> each.sizes().totalBytes()),
          gauge("memory_used_bytes", "Host memory in use", BYTES)
              .of(MEMORY, each -> each.sizes().usedBytes()),
          gauge("memory_available_bytes", "Host memory available without swapping", BYTES)
              .of(MEMORY, each -> each.sizes().availableBytes()),
          gauge("memory_free_bytes", "Unused host memory", BYTES)
              .of(MEMORY, each -> each.sizes().freeBytes()),
          gauge("memory_utilization", "Host memory utilization", PERCENT)
              .of(MEMORY, Memory::utilization),
          gauge("memory_buffers_bytes", "Memory used by block-device buffers", BYTES)
              .of(MEMORY, positive(each -> each.sizes().buffersBytes())),
          gauge("memory_cached_bytes", "Memory used by the page cache", BYTES)
              .of(MEMORY, positive(each -> each.sizes().cachedBytes())),
          gauge("swap_total_bytes", "Total swap space", BYTES)
              .of(MEMORY, swap(each -> each.swap().swapTotalBytes())),
          gauge("swap_used_bytes", "Swap space in use", BYTES)
              .of(MEMORY, swap(each -> each.swap().swapUsedBytes())),
          gauge("swap_free_bytes", "Free swap space", BYTES)
              .of(MEMORY, swap(each -> each.swap().swapFreeBytes())),
          gauge("disk_total_bytes", "Size of the file system", BYTES).of(DISK, Storage::totalBytes),
          gauge("disk_available_bytes", "File system space available to ordinary users", BYTES)
              .of(DISK, Storage::availableBytes),
          info("container_runtime_info", "Container that the host runs in", HostLabels.CONTAINER),
          info("kubernetes_pod_info", "Kubernetes pod that the host runs in", HostLabels.POD),
          info("virtualization_info", "Virtual machine of the host", HostLabels.VIRTUAL_MACHINE),
          info("runtime_environment", "Runtime environment of the host", HostLabels.ENVIRONMENT),
          info(
              "chassis_info",
              "Product, vendor and firmware of the chassis",
              HostLabels.CHASSIS_INFO),
          gauge("chassis_power_watts", "Power draw of all GPUs of the chassis", WATTS)
              .of(CHASSIS, rounded(2, reading(Chassis::totalPowerWatts))),
          gauge("chassis_cpu_power_watts", "Power draw of the CPUs", WATTS)
              .of(CHASSIS, power("cpu_power_watts")),
          gauge("chassis_gpu_power_watts", "Power draw of the GPUs", WATTS)
              .of(CHASSIS, power("gpu_power_watts")),
          gauge("chassis_ane_power_watts", "Power draw of the neural engine", WATTS)
              .of(CHASSIS, power("ane_power_watts")),
          info(
              "chassis_thermal_pressure_info",
              "Thermal pressure level of the chassis",
              HostLabels.CHASSIS_PRESSURE),
          gauge(
                  "chassis_inlet_temperature_celsius",
                  "Lowest temperature of the ACPI thermal zones",
                  CELSIUS)
              .of(CHASSIS, rounded(1, reading(each -> each.thermal().inletTemperature()))),
          gauge(
                  "chassis_outlet_temperature_celsius",
                  "Highest temperature of the ACPI thermal zones",
                  CELSIUS)
              .of(CHASSIS, rounded(1, reading(each -> each.thermal().outletTemperature()))),
          gauge("chassis_fan_speed_rpm", "Speed of a chassis fan", RPM)
              .of(HostLabels.FAN, Fan::speedRpm),
          counter(
                  "energy_consumed_joules_total",
                  "Energy consumed by the GPU, the CPUs or the chassis since it was first seen",
                  JOULES)
              .of(HostLabels.ENERGY, rounded(3, joules -> joules)));

  static final List<MetricFamily> FAMILIES =
      Stream.of(COLLECTION, GpuFamilies.ALL, HOST).flatMap(List::stream).toList();

  private MetricTable() {}

  private static ToDoubleFunction<Memory> swap(ToDoubleFunction<Memory> bytes) {
    return memory -> memory.swap().swapTotalBytes() > 0 ? bytes.applyAsDouble(memory) : Double.NaN;
  }

  private static ToDoubleFunction<Chassis> power(String key) {
    return rounded(2, chassis -> detailNumber(chassis.detail(), key));
  }

  private static double startTimeSeconds(HostProcess process) {
    try {
      return Long.parseLong(process.entry().identity().startTime());
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }
}
