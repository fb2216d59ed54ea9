package io.muster.collector.nvml;

import static io.muster.collector.source.ReadFailure.FailureReason.BROKEN;
import static io.muster.collector.source.ReadFailure.FailureReason.FAILED;
import static io.muster.collector.source.ReadFailure.FailureReason.LOST;
import static io.muster.collector.source.ReadFailure.FailureReason.NO_DRIVER;
import static io.muster.collector.source.ReadFailure.FailureReason.NO_PERMISSION;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpuState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Failures of one read, and the states of the GPUs that follow from them: for each GPU the first
 * failure of each reason; a missing permission, which concerns the process and not the GPU, is
 * reported for the first GPU only. Used by the lane's thread only.
 */
final class ReadFailures {
  private final List<ReadFailure> failures = new ArrayList<>();

  /** The states that failures of a GPU indicate, by its UUID. */
  private final Map<String, Set<GpuState>> states = new HashMap<>();

  private boolean newSessionNeeded;

  /** Adds a failure of a GPU, unless the same was already reported. */
  void report(String device, NvmlException exception) {
    var reason = reason(exception.code());
    newSessionNeeded |= reason == LOST || exception.code() == NvmlBinding.RESET_REQUIRED;
    states
        .computeIfAbsent(device, uuid -> EnumSet.noneOf(GpuState.class))
        .add(indicatedState(exception.code()));
    boolean alreadyReported =
        failures.stream()
            .filter(failure -> failure.reason() == reason)
            .anyMatch(failure -> reason == NO_PERMISSION || failure.device().equals(device));
    if (!alreadyReported) {
      failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, device, reason, exception.text()));
    }
  }

  /** Adds a failure of the driver as a whole. */
  void reportDriverProblem(String message) {
    failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, "", NO_DRIVER, message));
  }

  /** Returns true if a GPU had a failure from which only a new session can recover. */
  boolean needsNewSession() {
    return newSessionNeeded;
  }

  /**
   * Returns the state of a GPU by its failures since they were removed the last time. A missing
   * permission for one reading says nothing about a GPU that has others.
   */
  GpuState state(String device, boolean isReadable) {
    var indicated = states.getOrDefault(device, Set.of());
    if (indicated.contains(GpuState.LOST)) {
      return GpuState.LOST;
    }
    if (indicated.contains(GpuState.RESET_REQUIRED)) {
      return GpuState.RESET_REQUIRED;
    }
    if (isReadable) {
      return indicated.contains(GpuState.DEGRADED) ? GpuState.DEGRADED : GpuState.OK;
    }
    return indicated.contains(GpuState.NO_PERMISSION)
        ? GpuState.NO_PERMISSION
        : GpuState.UNREADABLE;
  }

  /** Returns all failures since the last call and removes them. */
  List<ReadFailure> drain() {
    var drained = List.copyOf(failures);
    failures.clear();
    states.clear();
    newSessionNeeded = false;
    return drained;
  }

  /** Returns true if the code means the end of the session, not a failure of one GPU. */
  static boolean isSessionFatal(int code) {
    return reason(code) == NO_DRIVER;
  }

  private static GpuState indicatedState(int code) {
    if (code == NvmlBinding.RESET_REQUIRED) {
      return GpuState.RESET_REQUIRED;
    }
    return switch (reason(code)) {
      case LOST -> GpuState.LOST;
      case NO_PERMISSION -> GpuState.NO_PERMISSION;
      case BROKEN, NO_DRIVER, TIMEOUT, FAILED -> GpuState.DEGRADED;
    };
  }

  private static FailureReason reason(int code) {
    return switch (code) {
      case NvmlBinding.GPU_IS_LOST, NvmlBinding.GPU_NOT_FOUND -> LOST;
      case NvmlBinding.RESET_REQUIRED,
          NvmlBinding.CORRUPTED_INFOROM,
          NvmlBinding.INSUFFICIENT_POWER ->
          BROKEN;
      // A cgroup that blocks /dev/nvidia* causes OPERATING_SYSTEM.
      case NvmlBinding.NO_PERMISSION, NvmlBinding.OPERATING_SYSTEM -> NO_PERMISSION;
      case NvmlBinding.UNINITIALIZED,
          NvmlBinding.DRIVER_NOT_LOADED,
          NvmlBinding.LIBRARY_NOT_FOUND,
          NvmlBinding.LIB_RM_VERSION_MISMATCH ->
          NO_DRIVER;
      default -> FAILED;
    };
  }
}
