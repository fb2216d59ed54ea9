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
 * The session with the driver while there is one, and the reason while there is none. It is tried
 * anew once a minute at most: a driver may be installed or loaded later, and a lost GPU is seen
 * again only by a new session.
 */
final class NvmlConnection implements AutoCloseable {
  static final long RETRY_INTERVAL_NANOS = SECONDS.toNanos(60);

  private static final Logger log = LoggerFactory.getLogger(NvmlConnection.class);

  private final NvmlLibrary library;
  private final LongSupplier nanoTime;
  private @Nullable NvmlSession session;
  private UnavailableReason unavailableReason = new UnavailableReason("not tried yet", false);
  private boolean attempted;
  private long lastAttemptNanos;

  NvmlConnection(NvmlLibrary library, LongSupplier nanoTime) {
    this.library = library;
    this.nanoTime = nanoTime;
  }

  /** The session under way, opened if it is time to try. */
  Optional<NvmlSession> session() {
    if (session == null && isRetryDue()) {
      open();
    }
    return Optional.ofNullable(session);
  }

  /** Why there is no session. */
  UnavailableReason unavailableReason() {
    return unavailableReason;
  }

  /** Whether the last try is a minute ago. */
  boolean isRetryDue() {
    return !attempted || nanoTime.getAsLong() - lastAttemptNanos >= RETRY_INTERVAL_NANOS;
  }

  /** Ends the session, which may have been fine; the next call opens a new one. */
  void renew() {
    close();
    attempted = false;
  }

  /** Ends the session because the driver does not work any more; the next try is in a minute. */
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
    } else if (reason.driverBroken()) {
      log.warn("no nvml session why={}", reason.message());
    } else {
      log.info("no nvml library why={}", reason.message());
    }
  }

  /**
   * Why there is no session.
   *
   * @param message for people
   * @param driverBroken whether there is a driver, but it does not work
   */
  record UnavailableReason(String message, boolean driverBroken) {
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
