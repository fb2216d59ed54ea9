package io.muster.collector.oshi;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/** Reads the identity of the hardware through OSHI. */
public final class OshiFirmware {
  private static final Logger log = LoggerFactory.getLogger(OshiFirmware.class);

  private OshiFirmware() {}

  /** Reads the UUID that the firmware reports; empty if it is not readable. */
  public static Optional<String> readUuid() {
    try {
      return Optional.of(new SystemInfo().getHardware().getComputerSystem().getHardwareUUID());
    } catch (RuntimeException | LinkageError e) {
      // OSHI's backends throw exceptions of various types, and native code may be missing.
      log.warn("hardware id not readable", e);
      return Optional.empty();
    }
  }
}
