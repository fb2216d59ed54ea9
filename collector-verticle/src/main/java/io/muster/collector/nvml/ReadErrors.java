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
import java.util.ArrayList;
import java.util.List;

/**
 * What went wrong during one read: of each GPU the first failure of each reason, and of a missing
 * permission, which is the process's and not the GPU's, only the first of all.
 */
final class ReadErrors {
  private final List<ReadFailure> failures = new ArrayList<>();
  private boolean newSessionNeeded;

  /** Adds what the driver said about that GPU, unless the same is known already. */
  void report(String device, NvmlException exception) {
    var reason = reason(exception.code());
    newSessionNeeded |= reason == LOST || exception.code() == NvmlBinding.RESET_REQUIRED;
    boolean alreadyReported =
        failures.stream()
            .filter(failure -> failure.reason() == reason)
            .anyMatch(failure -> reason == NO_PERMISSION || failure.device().equals(device));
    if (!alreadyReported) {
      failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, device, reason, exception.text()));
    }
  }

  /** Adds that the driver as a whole does not work. */
  void reportDriverProblem(String message) {
    failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, "", NO_DRIVER, message));
  }

  /** Whether a GPU was in such trouble that only a new session can see it well again. */
  boolean needsNewSession() {
    return newSessionNeeded;
  }

  /** Everything since the last call, which starts the next read. */
  List<ReadFailure> drain() {
    var drained = List.copyOf(failures);
    failures.clear();
    newSessionNeeded = false;
    return drained;
  }

  /** Whether that code says that the session, not one GPU, has come to its end. */
  static boolean isSessionFatal(int code) {
    return reason(code) == NO_DRIVER;
  }

  private static FailureReason reason(int code) {
    return switch (code) {
      case NvmlBinding.GPU_IS_LOST, NvmlBinding.GPU_NOT_FOUND -> LOST;
      case NvmlBinding.RESET_REQUIRED,
          NvmlBinding.CORRUPTED_INFOROM,
          NvmlBinding.INSUFFICIENT_POWER ->
          BROKEN;
      // OPERATING_SYSTEM is what a cgroup gives that blocks /dev/nvidia*.
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
