package io.muster.api.fleet;

import io.muster.runtime.config.ConfigReader;

/**
 * The limits of the fleet view, which a faulty or malicious member could otherwise fill.
 *
 * @param maxHosts maximum number of known hosts
 * @param maxFrameBytes maximum size of the newest frames of all hosts, bytes
 */
public record FleetLimits(int maxHosts, long maxFrameBytes) {
  /** The share of the heap that the frames may occupy; responses need copies of them. */
  private static final int HEAP_SHARE = 8;

  /** Reads the settings; the maximum size depends on the maximum heap. */
  public static FleetLimits from(ConfigReader reader) {
    return new FleetLimits(
        reader.integer("api.max_hosts", 10_000, 1, 1_000_000),
        Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }
}
