package io.muster.collector.nvml;

import static io.muster.collector.source.ReadFailure.Reason.BROKEN;
import static io.muster.collector.source.ReadFailure.Reason.FAILED;
import static io.muster.collector.source.ReadFailure.Reason.LOST;
import static io.muster.collector.source.ReadFailure.Reason.NO_DRIVER;
import static io.muster.collector.source.ReadFailure.Reason.NO_PERMISSION;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
import io.muster.schema.frame.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * What went wrong during one read: of each GPU the first failure of each reason, and of a missing
 * permission, which is the process's and not the GPU's, only the first of all.
 */
final class Troubles {
  private final List<ReadFailure> failures = new ArrayList<>();
  private boolean wantNewSession;

  /** Adds what the driver said about that GPU, unless the same is known already. */
  void report(String device, NvmlException refused) {
    var reason = reason(refused.code());
    wantNewSession |= reason == LOST || refused.code() == NvmlBinding.RESET_REQUIRED;
    boolean known =
        failures.stream()
            .filter(failure -> failure.reason() == reason)
            .anyMatch(failure -> reason == NO_PERMISSION || failure.device().equals(device));
    if (!known) {
      failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, device, reason, refused.text()));
    }
  }

  /** Adds that the driver as a whole does not work. */
  void reportDriver(String why) {
    failures.add(new ReadFailure(Section.GPU, NvmlSource.NAME, "", NO_DRIVER, why));
  }

  /** Whether a GPU was in such trouble that only a new session can see it well again. */
  boolean wantNewSession() {
    return wantNewSession;
  }

  /** Everything since the last call, which starts the next read. */
  List<ReadFailure> drain() {
    var drained = List.copyOf(failures);
    failures.clear();
    wantNewSession = false;
    return drained;
  }

  /** Whether that code says that the session, not one GPU, has come to its end. */
  static boolean endsSession(int code) {
    return reason(code) == NO_DRIVER;
  }

  private static Reason reason(int code) {
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
