package io.muster.collector.host;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/** Selects the source for the host that this process runs on. OSHI is not loaded on Linux. */
public final class HostPlatform {
  private static final Logger log = LoggerFactory.getLogger(HostPlatform.class);
  private static final String LINUX = "Linux";

  private HostPlatform() {}

  /**
   * Returns the source for this operating system; nothing is read yet.
   *
   * @param root {@code /}, or the directory at which a container has the file system of its host
   *     mounted; Linux only
   * @param nanoTime elapsed time, ns
   */
  public static HardwareSource<HostReadings> openSource(Path root, LongSupplier nanoTime) {
    return isLinux() ? new LinuxHostSource(root, nanoTime) : new OshiHostSource(nanoTime);
  }

  /**
   * Returns the UUID of the hardware, as the firmware reports it; blocks. Empty on Linux, where the
   * file system contains all that is available, and OSHI would start programs to read it again.
   */
  public static Optional<String> readHardwareId() {
    return isLinux() ? Optional.empty() : readFirmwareUuid();
  }

  private static Optional<String> readFirmwareUuid() {
    try {
      return Optional.of(new SystemInfo().getHardware().getComputerSystem().getHardwareUUID());
    } catch (RuntimeException | LinkageError e) {
      // OSHI's backends throw exceptions of various types, and native code may be missing.
      log.warn("hardware id not readable", e);
      return Optional.empty();
    }
  }

  /** Returns {@code Linux}, {@code macOS}, or Java's name of the operating system. */
  static String platform() {
    var name = System.getProperty("os.name", "");
    return name.startsWith("Mac") ? "macOS" : name;
  }

  /** Returns true if the kernel's files can be read. */
  public static boolean isLinux() {
    return platform().equals(LINUX);
  }
}
