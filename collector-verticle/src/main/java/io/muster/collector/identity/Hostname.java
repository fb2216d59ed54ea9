package io.muster.collector.identity;

import io.muster.collector.proc.HostRoot;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the name of this host, as printed by {@code hostname}. */
final class Hostname {
  private static final String DEFAULT_NAME = "localhost";
  private static final String UNSET = "(none)";

  private Hostname() {}

  /**
   * Reads the name from the kernel on Linux, else from the network's names, else returns {@code
   * localhost}.
   */
  static String read(Path root) {
    return new HostRoot(root)
        .readText("proc/sys/kernel/hostname")
        .filter(name -> !name.equals(UNSET))
        .or(Hostname::readFromNetwork)
        .orElse(DEFAULT_NAME);
  }

  private static Optional<String> readFromNetwork() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName()).filter(name -> !name.isBlank());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
