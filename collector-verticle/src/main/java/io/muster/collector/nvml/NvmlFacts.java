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
 * @param slowdown °C at which the clocks are cut
 * @param shutdown °C at which the GPU turns itself off
 * @param maxOperating °C up to which it is specified
 * @param acoustic °C that the acoustic limit aims at
 * @param numaNodeId node of the host that the GPU hangs on
 * @param gspMode 0 disabled, 1 enabled, 2 enabled as this GPU's default
 * @param gpm empty if the GPU has no performance monitor
 * @param detail keys of {@link NvmlDetail} that do not change
 */
record NvmlFacts(
    String name,
    OptionalInt slowdown,
    OptionalInt shutdown,
    OptionalInt maxOperating,
    OptionalInt acoustic,
    OptionalInt numaNodeId,
    OptionalInt gspMode,
    Optional<String> gspVersion,
    Optional<GpmMetrics> gpm,
    Map<String, String> detail) {
  /** Of a GPU that never answered. */
  static final NvmlFacts NONE =
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
        device.text(NvmlFunction.NAME).orElse(NONE.name()),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_SLOWDOWN),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_SHUTDOWN),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_GPU_MAX),
        device.value(NvmlFunction.TEMPERATURE_THRESHOLD, THRESHOLD_ACOUSTIC_CURR),
        numaNode(device),
        gspMode(device),
        device.unboundedText(NvmlFunction.GSP_FIRMWARE_VERSION),
        gpm(device),
        NvmlDetail.read(device));
  }

  /** NVML answers -1 for a GPU that hangs on no node. */
  private static OptionalInt numaNode(NvmlDevice device) {
    var node = device.value(NvmlFunction.NUMA_NODE_ID);
    return node.isPresent() && node.getAsInt() >= 0 ? node : OptionalInt.empty();
  }

  private static OptionalInt gspMode(NvmlDevice device) {
    return device
        .pair(NvmlFunction.GSP_FIRMWARE_MODE)
        .map(mode -> mode.first() == 0 ? 0 : mode.second() == 0 ? 1 : 2)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  /** {@code nvmlGpmSupport_t}: version, isSupportedDevice. */
  private static Optional<GpmMetrics> gpm(NvmlDevice device) {
    return device
        .struct(NvmlFunction.GPM_SUPPORT, GPM_SUPPORT_VERSION)
        .filter(support -> support.getInt(4) != 0)
        .map(support -> GpmMetrics.NO_READINGS);
  }
}
