package io.muster.collector.host;

import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;

/** Picks what reads the host that this process runs on. OSHI is not loaded on Linux. */
public final class HostPlatform {
  private static final Logger log = LoggerFactory.getLogger(HostPlatform.class);
  private static final String LINUX = "Linux";

  private HostPlatform() {}

  /**
   * The source for this system; it reads nothing before it is asked to.
   *
   * @param root {@code /}, or where a container sees the file system of its host; Linux only
   * @param nanoTime elapsed time, ns
   */
  public static HardwareSource<HostReadings> openSource(Path root, LongSupplier nanoTime) {
    return isLinux() ? new LinuxHostSource(root, nanoTime) : new OshiHostSource(nanoTime);
  }

  /**
   * The UUID of the hardware, as the firmware tells it; blocks. Empty on Linux, where the file
   * system shows all that can be known, and OSHI would start programs to ask again.
   */
  public static Optional<String> readHardwareId() {
    return isLinux() ? Optional.empty() : readFirmwareUuid();
  }

  private static Optional<String> readFirmwareUuid() {
    try {
      return Optional.of(new SystemInfo().getHardware().getComputerSystem().getHardwareUUID());
    } catch (RuntimeException | LinkageError e) {
      // OSHI's backends throw their own kinds, and native code may be missing.
      log.warn("hardware id not readable", e);
      return Optional.empty();
    }
  }

  /** {@code Linux}, {@code macOS}, or as Java calls the system. */
  static String platform() {
    var name = System.getProperty("os.name", "");
    return name.startsWith("Mac") ? "macOS" : name;
  }

  /** Whether the kernel's files can be read. */
  public static boolean isLinux() {
    return platform().equals(LINUX);
  }
}
