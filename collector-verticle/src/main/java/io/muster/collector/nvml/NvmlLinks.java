package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * NVLinks of a GPU. Whether a link is up is asked at each tick, what is at its far end only when it
 * has come up: that is cabling.
 */
final class NvmlLinks {
  private static final String DOWN = "";

  private final String[] farEnds = new String[NvmlBinding.NVLINK_MAX_LINKS];
  private List<NvlinkRemoteDevice> active = List.of();

  NvmlLinks() {
    Arrays.fill(farEnds, DOWN);
  }

  /** One entry for each active link, by link. */
  List<NvlinkRemoteDevice> read(NvmlDevice device) {
    boolean changed = false;
    for (int link = 0; link < farEnds.length; link++) {
      changed |= update(device, link);
    }
    if (changed) {
      active =
          IntStream.range(0, farEnds.length)
              .filter(link -> !farEnds[link].equals(DOWN))
              .mapToObj(link -> new NvlinkRemoteDevice(link, farEnds[link], OptionalLong.empty()))
              .toList();
    }
    return active;
  }

  /** Whether the link came up or went down. */
  private boolean update(NvmlDevice device, int link) {
    var before = farEnds[link];
    if (device.value(NvmlFunction.NVLINK_STATE, link).orElse(0) == 0) {
      farEnds[link] = DOWN;
    } else if (before.equals(DOWN)) {
      farEnds[link] = farEnd(device, link);
    }
    return !farEnds[link].equals(before);
  }

  private static String farEnd(NvmlDevice device, int link) {
    return switch (device.value(NvmlFunction.NVLINK_REMOTE_TYPE, link).orElse(-1)) {
      case NvmlBinding.NVLINK_REMOTE_GPU -> "gpu";
      case NvmlBinding.NVLINK_REMOTE_IBMNPU -> "ibmnpu";
      case NvmlBinding.NVLINK_REMOTE_SWITCH -> "switch";
      default -> "unknown";
    };
  }
}
