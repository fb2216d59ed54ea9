package io.muster.collector;

import io.muster.collector.host.LinuxHostSource;
import io.muster.collector.oshi.OshiFirmware;
import io.muster.collector.oshi.OshiHostSource;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The operating system that this process runs on. OSHI is not loaded on Linux. */
public final class HostPlatform {
  private HostPlatform() {}

  /**
   * Returns the source for this operating system; nothing is read yet.
   *
   * @param root {@code /}, or the directory at which a container has the file system of its host
   *     mounted; Linux only
   * @param nanoTime elapsed time, ns
   */
  static HardwareSource<HostReadings> openSource(Path root, LongSupplier nanoTime) {
    return isLinux() ? new LinuxHostSource(root, nanoTime) : new OshiHostSource(nanoTime);
  }

  /** Returns true if the kernel's files can be read. */
  static boolean isLinux() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Returns the UUID of the hardware, as the firmware reports it; blocks. Empty on Linux, where the
   * file system contains all that is available, and OSHI would start programs to read it again.
   */
  public static Optional<String> readHardwareId() {
    return isLinux() ? Optional.empty() : OshiFirmware.readUuid();
  }
}
