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
 * What does not change from tick to tick, and is asked for every ten minutes only.
 *
 * @param slowdownCelsius °C at which the clocks are cut
 * @param shutdownCelsius °C at which the GPU turns itself off
 * @param maxOperatingCelsius °C up to which it is specified
 * @param acousticCelsius °C that the acoustic limit aims at
 * @param numaNodeId node of the host that the GPU hangs on
 * @param gspMode 0 disabled, 1 enabled, 2 enabled as this GPU's default
 * @param gpmMetrics empty if the GPU has no performance monitor
 * @param detail keys of {@link NvmlDetail} that do not change
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
  /** Of a GPU that never answered. */
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

  /** NVML answers -1 for a GPU that hangs on no node. */
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
