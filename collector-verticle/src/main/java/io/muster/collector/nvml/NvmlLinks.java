package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * NVLinks of a GPU. The state of a link is read at each tick, the type of its remote device only
 * when the link has come up, since it depends on the cabling. Used by the lane's thread only.
 */
final class NvmlLinks {
  private static final String DOWN = "";

  private final String[] remoteTypes = new String[NvmlBinding.NVLINK_MAX_LINKS];
  private List<NvlinkRemoteDevice> activeLinks = List.of();

  NvmlLinks() {
    Arrays.fill(remoteTypes, DOWN);
  }

  /** Reads one entry for each active link, sorted by link. */
  List<NvlinkRemoteDevice> read(NvmlDevice device) {
    boolean changed = false;
    for (int link = 0; link < remoteTypes.length; link++) {
      changed |= updateLink(device, link);
    }
    if (changed) {
      activeLinks =
          IntStream.range(0, remoteTypes.length)
              .filter(link -> !remoteTypes[link].equals(DOWN))
              .mapToObj(
                  link -> new NvlinkRemoteDevice(link, remoteTypes[link], OptionalLong.empty()))
              .toList();
    }
    return activeLinks;
  }

  /** Reads the state of a link; returns true if the link came up or went down. */
  private boolean updateLink(NvmlDevice device, int link) {
    var previous = remoteTypes[link];
    if (device.value(NvmlFunction.NVLINK_STATE, link).orElse(0) == 0) {
      remoteTypes[link] = DOWN;
    } else if (previous.equals(DOWN)) {
      remoteTypes[link] = remoteType(device, link);
    }
    return !remoteTypes[link].equals(previous);
  }

  private static String remoteType(NvmlDevice device, int link) {
    return switch (device.value(NvmlFunction.NVLINK_REMOTE_TYPE, link).orElse(-1)) {
      case NvmlBinding.NVLINK_REMOTE_GPU -> "gpu";
      case NvmlBinding.NVLINK_REMOTE_IBMNPU -> "ibmnpu";
      case NvmlBinding.NVLINK_REMOTE_SWITCH -> "switch";
      default -> "unknown";
    };
  }
}
