package io.muster.collector.proc;

/** The architecture of the CPUs, as {@code uname -m} prints it. */
public final class CpuArchitecture {
  private CpuArchitecture() {}

  /** Reads the architecture of a Linux host. */
  public static String read(HostRoot hostRoot) {
    return hostRoot.readText("proc/sys/kernel/arch").orElseGet(CpuArchitecture::ofThisJvm);
  }

  /** Returns the architecture of this JVM, such as {@code x86_64} for Java's {@code amd64}. */
  public static String ofThisJvm() {
    var javaName = System.getProperty("os.arch", "");
    return switch (javaName) {
      case "amd64" -> "x86_64";
      case "x86" -> "i686";
      case "arm" -> "armv7l";
      default -> javaName;
    };
  }
}
