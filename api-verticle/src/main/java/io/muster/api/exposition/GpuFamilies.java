package io.muster.api.exposition;

import static io.muster.api.exposition.GpuLabels.APPLE_GPU;
import static io.muster.api.exposition.GpuLabels.GPU;
import static io.muster.api.exposition.GpuLabels.MIG_INSTANCE;
import static io.muster.api.exposition.MetricFamily.detailNumber;
import static io.muster.api.exposition.MetricFamily.gauge;
import static io.muster.api.exposition.MetricFamily.gpu;
import static io.muster.api.exposition.MetricFamily.info;
import static io.muster.api.exposition.MetricFamily.longReading;
import static io.muster.api.exposition.MetricFamily.reading;
import static io.muster.schema.gpu.GpuReading.ANE_UTILIZATION;
import static io.muster.schema.gpu.GpuReading.DLA_UTILIZATION;
import static io.muster.schema.gpu.GpuReading.FAN_SPEED_RPM;
import static io.muster.schema.gpu.GpuReading.FREQUENCY;
import static io.muster.schema.gpu.GpuReading.GSP_FIRMWARE_MODE;
import static io.muster.schema.gpu.GpuReading.NUMA_NODE_ID;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_ACOUSTIC;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static io.muster.schema.json.Unit.BYTES;
import static io.muster.schema.json.Unit.MEGAHERTZ;
import static io.muster.schema.json.Unit.PERCENT;
import static io.muster.schema.json.Unit.RATIO;
import static io.muster.schema.json.Unit.WATTS;

import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of {@link MetricTable} for accelerators. The row of a numeric reading is in {@link
 * GpuReading}; readings that all-smi does not have follow those that it has.
 */
final class GpuFamilies {
  private static final List<MetricFamily> ALL_SMI_GPU =
      List.of(
          gpu(UTILIZATION),
          gpu(USED_MEMORY),
          gpu(TOTAL_MEMORY),
          gpu(TEMPERATURE),
          gpu(POWER_CONSUMPTION),
          gpu(FREQUENCY),
          gpu(ANE_UTILIZATION),
          gpu(DLA_UTILIZATION),
          info("gpu_info", "GPU details reported by the vendor", GpuLabels.GPU_INFO),
          gauge("gpu_pcie_gen_current", "Current PCIe generation of the GPU link")
              .of(GPU, detail("pcie_gen_current", "PCIe Generation")),
          gauge("gpu_pcie_width_current", "Current PCIe lanes of the GPU link")
              .of(GPU, detail("pcie_width_current", "PCIe Width")),
          gauge("gpu_clock_graphics_max_mhz", "Maximum GPU graphics clock", MEGAHERTZ)
              .of(GPU, detail("clock_graphics_max")),
          gauge("gpu_clock_memory_max_mhz", "Maximum GPU memory clock", MEGAHERTZ)
              .of(GPU, detail("clock_memory_max")),
          gauge("gpu_power_limit_current_watts", "Current GPU power limit", WATTS)
              .of(GPU, detail("power_limit_current")),
          gauge("gpu_power_limit_max_watts", "Maximum GPU power limit", WATTS)
              .of(GPU, detail("power_limit_max")),
          gpu(PERFORMANCE_STATE),
          gpu(FAN_SPEED_RPM),
          gpu(TEMPERATURE_THRESHOLD_SLOWDOWN),
          gpu(TEMPERATURE_THRESHOLD_SHUTDOWN),
          gpu(TEMPERATURE_THRESHOLD_MAX_OPERATING),
          gpu(TEMPERATURE_THRESHOLD_ACOUSTIC),
          gauge("ane_power_watts", "Neural engine power draw", WATTS)
              .of(APPLE_GPU, gpu -> gpu.values().orNan(ANE_UTILIZATION) / 1000),
          info(
              "thermal_pressure_info",
              "Thermal pressure level of the GPU",
              GpuLabels.THERMAL_PRESSURE),
          gauge("combined_power_watts", "Combined power draw of CPU, GPU and neural engine", WATTS)
              .of(APPLE_GPU, gpu -> detailNumber(gpu.detail(), "combined_power_mw") / 1000),
          gpu(NUMA_NODE_ID),
          gpu(GSP_FIRMWARE_MODE),
          info(
              "gpu_gsp_firmware_version_info",
              "GSP firmware version of the GPU",
              GpuLabels.GSP_VERSION),
          info(
              "nvlink_remote_device_type",
              "Remote device of an active NVLink, always 1",
              GpuLabels.NVLINK),
          gauge("gpu_sm_occupancy", "Resident warps as a share of the maximum of the GPU", RATIO)
              .of(GPU, gpm(GpmMetrics::smOccupancy)),
          gauge("gpu_memory_bandwidth_utilization", "GPU memory bandwidth utilization", RATIO)
              .of(GPU, gpm(GpmMetrics::memoryBandwidthUtilization)),
          info("npu_firmware_info", "Firmware version of the NPU", GpuLabels.NPU_FIRMWARE));

  private static final List<MetricFamily> PARTITIONS =
      List.of(
          gauge("gpu_mig_mode", "1 if the GPU is partitioned into MIG instances, else 0")
              .of(GpuLabels.MIG, Mig::currentMode),
          gauge("mig_instance_utilization_gpu", "Utilization of a MIG instance", PERCENT)
              .of(MIG_INSTANCE, reading(MigInstance::utilization)),
          gauge("mig_instance_utilization_memory", "Memory utilization of a MIG instance", PERCENT)
              .of(MIG_INSTANCE, reading(MigInstance::memoryUtilization)),
          gauge("mig_instance_memory_used_bytes", "Memory in use of a MIG instance", BYTES)
              .of(MIG_INSTANCE, longReading(MigInstance::usedMemory)),
          gauge("mig_instance_memory_total_bytes", "Total memory of a MIG instance", BYTES)
              .of(MIG_INSTANCE, longReading(MigInstance::totalMemory)));

  static final List<MetricFamily> ALL =
      Stream.of(ALL_SMI_GPU, furtherReadings(), PARTITIONS).flatMap(List::stream).toList();

  private GpuFamilies() {}

  private static List<MetricFamily> furtherReadings() {
    var names = ALL_SMI_GPU.stream().map(MetricFamily::name).collect(Collectors.toSet());
    return Arrays.stream(GpuReading.values())
        .filter(reading -> reading.family().isPresent())
        .map(MetricFamily::gpu)
        .filter(family -> !names.contains(family.name()))
        .toList();
  }

  private static ToDoubleFunction<Gpu> detail(String... keys) {
    return gpu -> detailNumber(gpu.detail(), keys);
  }

  private static ToDoubleFunction<Gpu> gpm(Function<GpmMetrics, OptionalDouble> value) {
    return gpu -> gpu.gpmMetrics().map(value).orElse(OptionalDouble.empty()).orElse(Double.NaN);
  }
}
