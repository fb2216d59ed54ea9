package io.muster.collector;

import io.muster.collector.oshi.OshiFirmware;
import java.util.Optional;

/** The operating system that this process runs on. OSHI is not loaded on Linux. */
public final class HostPlatform {
  private HostPlatform() {}

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
