package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.GPM_SUPPORT_VERSION;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_ACOUSTIC_CURR;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_GPU_MAX;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_SHUTDOWN;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_SLOWDOWN;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuValues;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attributes of a GPU that rarely change: read when the GPU is attached, and every ten minutes.
 *
 * @param values readings that do not change with the load
 * @param gpmMetrics empty if the GPU has no performance monitor
 * @param detail entries of {@link NvmlDetail} that do not change with the load
 */
record NvmlFacts(
    String name,
    GpuValues values,
    Optional<String> gspVersion,
    Optional<GpmMetrics> gpmMetrics,
    Map<String, String> detail) {
  /** Facts of a GPU that has never responded. */
  static final NvmlFacts UNKNOWN =
      new NvmlFacts("Unknown GPU", GpuValues.NONE, Optional.empty(), Optional.empty(), Map.of());

  NvmlFacts {
    detail = Map.copyOf(detail);
  }

  static NvmlFacts read(NvmlDevice device) {
    return new NvmlFacts(
        device.text(NvmlFunction.NAME).orElse(UNKNOWN.name()),
        readValues(device),
        device.unboundedText(NvmlFunction.GSP_FIRMWARE_VERSION),
        readGpmMetrics(device),
        NvmlDetail.read(device));
  }

  private static GpuValues readValues(NvmlDevice device) {
    return GpuValues.builder()
        .with(GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN, threshold(device, THRESHOLD_SLOWDOWN))
        .with(GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN, threshold(device, THRESHOLD_SHUTDOWN))
        .with(GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING, threshold(device, THRESHOLD_GPU_MAX))
        .with(GpuReading.TEMPERATURE_THRESHOLD_ACOUSTIC, threshold(device, THRESHOLD_ACOUSTIC_CURR))
        .with(GpuReading.NUMA_NODE_ID, numaNodeId(device))
        .with(GpuReading.GSP_FIRMWARE_MODE, gspMode(device))
        .build();
  }

  private static OptionalInt threshold(NvmlDevice device, int threshold) {
    return device.value(NvmlFunction.TEMPERATURE_THRESHOLD, threshold);
  }

  /** Reads the NUMA node; NVML returns -1 for a GPU that is attached to none. */
  private static OptionalInt numaNodeId(NvmlDevice device) {
    return device.value(NvmlFunction.NUMA_NODE_ID).stream().filter(node -> node >= 0).findFirst();
  }

  private static OptionalInt gspMode(NvmlDevice device) {
    return device.pair(NvmlFunction.GSP_FIRMWARE_MODE).stream()
        .mapToInt(mode -> mode.first() == 0 ? 0 : mode.second() == 0 ? 1 : 2)
        .findFirst();
  }

  /** {@code nvmlGpmSupport_t}: version, isSupportedDevice. */
  private static Optional<GpmMetrics> readGpmMetrics(NvmlDevice device) {
    return device
        .struct(NvmlFunction.GPM_SUPPORT, GPM_SUPPORT_VERSION)
        .filter(support -> support.getInt(4) != 0)
        .map(support -> GpmMetrics.NO_READINGS);
  }
}
