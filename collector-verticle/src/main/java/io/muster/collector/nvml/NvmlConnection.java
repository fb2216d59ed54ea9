package io.muster.collector.nvml;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.nvml.binding.NvmlSession;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session with the driver, or the reason why there is none. Opening a session is attempted at
 * most once a minute: a driver may be installed or loaded later, and a lost GPU can be found again
 * only with a new session. Used by the lane's thread only.
 */
final class NvmlConnection implements AutoCloseable {
  static final long RETRY_INTERVAL_NANOS = SECONDS.toNanos(60);

  private static final Logger log = LoggerFactory.getLogger(NvmlConnection.class);

  private final NvmlLibrary library;
  private final LongSupplier nanoTime;
  private @Nullable NvmlSession session;
  private UnavailableReason unavailableReason = new UnavailableReason("not attempted yet", false);
  private boolean attempted;
  private long lastAttemptNanos;

  NvmlConnection(NvmlLibrary library, LongSupplier nanoTime) {
    this.library = library;
    this.nanoTime = nanoTime;
  }

  /** Returns the current session; opens one if there is none and an attempt is due. */
  Optional<NvmlSession> session() {
    if (session == null && isRetryDue()) {
      open();
    }
    return Optional.ofNullable(session);
  }

  /** Returns the reason why there is no session. */
  UnavailableReason unavailableReason() {
    return unavailableReason;
  }

  /** Returns true if no attempt was made yet or the last one was at least a minute ago. */
  boolean isRetryDue() {
    return !attempted || nanoTime.getAsLong() - lastAttemptNanos >= RETRY_INTERVAL_NANOS;
  }

  /** Ends the session, even if it works; the next call opens a new one. */
  void renew() {
    close();
    attempted = false;
  }

  /** Ends the session because the driver no longer works; the next attempt is in a minute. */
  void drop(NvmlException exception) {
    close();
    lastAttemptNanos = nanoTime.getAsLong();
    updateReason(UnavailableReason.ofException(exception));
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private void open() {
    attempted = true;
    lastAttemptNanos = nanoTime.getAsLong();
    try {
      session = library.load().map(NvmlSession::open).orElse(null);
      updateReason(
          session == null
              ? UnavailableReason.ofMissingLibrary(library.soname())
              : UnavailableReason.NONE);
    } catch (NvmlException exception) {
      updateReason(UnavailableReason.ofException(exception));
    }
  }

  private void updateReason(UnavailableReason reason) {
    if (reason.equals(unavailableReason)) {
      return;
    }
    unavailableReason = reason;
    if (session != null) {
      log.info("nvml session open driver={}", session.driverVersion());
    } else if (reason.isDriverBroken()) {
      log.warn("nvml session unavailable reason={}", reason.message());
    } else {
      log.info("nvml library not found reason={}", reason.message());
    }
  }

  /**
   * Reason why there is no session.
   *
   * @param message human-readable text
   * @param isDriverBroken true if there is a driver that does not work
   */
  record UnavailableReason(String message, boolean isDriverBroken) {
    private static final UnavailableReason NONE = new UnavailableReason("", false);

    private static UnavailableReason ofMissingLibrary(String soname) {
      return new UnavailableReason("no NVIDIA driver: " + soname + " not found", false);
    }

    private static UnavailableReason ofException(NvmlException exception) {
      var hint =
          exception.code() == NvmlBinding.LIB_RM_VERSION_MISMATCH
              ? "; driver updated, reboot pending"
              : "";
      return new UnavailableReason("NVIDIA driver does not work: " + exception.text() + hint, true);
    }
  }
}
