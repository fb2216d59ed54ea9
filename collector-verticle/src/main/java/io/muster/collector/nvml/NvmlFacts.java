package io.muster.collector.nvml;

import static io.muster.collector.nvml.binding.NvmlBinding.GPM_SUPPORT_VERSION;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_ACOUSTIC_CURR;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_GPU_MAX;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_SHUTDOWN;
import static io.muster.collector.nvml.binding.NvmlBinding.THRESHOLD_SLOWDOWN;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.GpmMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attributes of a GPU that rarely change: read when the GPU is attached, and every ten minutes.
 *
 * @param slowdownCelsius temperature at which the clocks are reduced, °C
 * @param shutdownCelsius temperature at which the GPU shuts down, °C
 * @param maxOperatingCelsius highest specified operating temperature, °C
 * @param acousticCelsius target temperature of the acoustic limit, °C
 * @param numaNodeId NUMA node of the host that the GPU is attached to
 * @param gspMode 0 disabled, 1 enabled, 2 enabled by default on this GPU
 * @param gpmMetrics empty if the GPU has no performance monitor
 * @param detail entries of {@link NvmlDetail} that do not change with the load
 */
record NvmlFacts(
    String name,
    OptionalInt slowdownCelsius,
    OptionalInt shutdownCelsius,
    OptionalInt maxOperatingCelsius,
    OptionalInt acousticCelsius,
    OptionalInt numaNodeId,
    OptionalInt gspMode,
    Optional<String> gspVersion,
    Optional<GpmMetrics> gpmMetrics,
    Map<String, String> detail) {
  /** Facts of a GPU that has never responded. */
  static final NvmlFacts UNKNOWN =
      new NvmlFacts(
          "Unknown GPU",
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  NvmlFacts {
    detail = Map.copyOf(detail);
  }

  static NvmlFacts read(NvmlDevice device) {
    return new NvmlFacts(
        device.text(NvmlFunction.NAME).orElse(UNKNOWN.name()),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_SLOWDOWN),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_SHUTDOWN),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_GPU_MAX),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_ACOUSTIC_CURR),
        readNumaNodeId(device),
        readGspMode(device),
        device.unboundedText(NvmlFunction.GSP_FIRMWARE_VERSION),
        readGpmMetrics(device),
        NvmlDetail.read(device));
  }

  /** Reads the NUMA node; NVML returns -1 for a GPU that is attached to none. */
  private static OptionalInt readNumaNodeId(NvmlDevice device) {
    var node = device.value(NvmlFunction.NUMA_NODE_ID);
    return node.isPresent() && node.getAsInt() >= 0 ? node : OptionalInt.empty();
  }

  private static OptionalInt readGspMode(NvmlDevice device) {
    return device
        .pair(NvmlFunction.GSP_FIRMWARE_MODE)
        .map(mode -> mode.first() == 0 ? 0 : mode.second() == 0 ? 1 : 2)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  /** {@code nvmlGpmSupport_t}: version, isSupportedDevice. */
  private static Optional<GpmMetrics> readGpmMetrics(NvmlDevice device) {
    return device
        .struct(NvmlFunction.GPM_SUPPORT, GPM_SUPPORT_VERSION)
        .filter(support -> support.getInt(4) != 0)
        .map(support -> GpmMetrics.NO_READINGS);
  }
}
