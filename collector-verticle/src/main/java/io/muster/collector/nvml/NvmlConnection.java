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
  static final long RETRY_NANOS = SECONDS.toNanos(60);

  private static final Logger log = LoggerFactory.getLogger(NvmlConnection.class);

  private final NvmlLibrary library;
  private final LongSupplier nanoTime;
  private @Nullable NvmlSession session;
  private Absence absence = new Absence("not tried yet", false);
  private boolean tried;
  private long triedAtNanos;

  NvmlConnection(NvmlLibrary library, LongSupplier nanoTime) {
    this.library = library;
    this.nanoTime = nanoTime;
  }

  /** The session under way, opened if it is time to try. */
  Optional<NvmlSession> session() {
    if (session == null && due()) {
      open();
    }
    return Optional.ofNullable(session);
  }

  /** Why there is no session. */
  Absence absence() {
    return absence;
  }

  /** Whether the last try is a minute ago. */
  boolean due() {
    return !tried || nanoTime.getAsLong() - triedAtNanos >= RETRY_NANOS;
  }

  /** Ends the session, which may have been fine; the next call opens a new one. */
  void renew() {
    close();
    tried = false;
  }

  /** Ends the session because the driver does not work any more; the next try is in a minute. */
  void drop(NvmlException why) {
    close();
    triedAtNanos = nanoTime.getAsLong();
    become(Absence.broken(why));
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  private void open() {
    tried = true;
    triedAtNanos = nanoTime.getAsLong();
    try {
      session = library.load().map(NvmlSession::open).orElse(null);
      become(session == null ? Absence.missing(library.soname()) : Absence.NONE);
    } catch (NvmlException refused) {
      become(Absence.broken(refused));
    }
  }

  private void become(Absence now) {
    if (now.equals(absence)) {
      return;
    }
    absence = now;
    if (session != null) {
      log.info("nvml session open driver={}", session.driverVersion());
    } else if (now.broken()) {
      log.warn("no nvml session why={}", now.why());
    } else {
      log.info("no nvml library why={}", now.why());
    }
  }

  /**
   * Why there is no session.
   *
   * @param why for people
   * @param broken whether there is a driver, but it does not work
   */
  record Absence(String why, boolean broken) {
    private static final Absence NONE = new Absence("", false);

    private static Absence missing(String soname) {
      return new Absence("no NVIDIA driver: " + soname + " not found", false);
    }

    private static Absence broken(NvmlException refused) {
      var hint =
          refused.code() == NvmlBinding.LIB_RM_VERSION_MISMATCH
              ? "; driver updated, reboot pending"
              : "";
      return new Absence("NVIDIA driver does not work: " + refused.text() + hint, true);
    }
  }
}
