package io.muster.collector.heartbeat;

import io.muster.collector.heartbeat.spool.Spool;
import io.muster.runtime.config.ConfigReader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the heartbeat pipeline.
 *
 * @param directory directory of the spool
 * @param interval time between two heartbeats of a host, 1 s to 120 s
 * @param spoolMaxBytes upper bound of the files in the directory, for all hosts together; at least
 *     {@link Spool#MIN_BYTES}, and at least 1 MiB as a setting
 * @param timeout timeout of a request
 */
public record HeartbeatConfig(
    Path directory, Duration interval, long spoolMaxBytes, Duration timeout) {
  /**
   * Bytes for the heartbeats of one host. At the default interval an 8-GPU host needs 5.1 MB for a
   * day (8,640 heartbeats of 592 bytes), so that the default suffices for three days, or for one
   * day of a host with 24 devices.
   */
  static final int DEFAULT_BYTES_PER_HOST = 16 << 20;

  private static final int MAX_DEFAULT_BYTES = 256 << 20;
  private static final int MIN_SETTING_BYTES = 1 << 20;
  private static final Duration MIN_DURATION = Duration.ofSeconds(1);

  public HeartbeatConfig {
    if (spoolMaxBytes < Spool.MIN_BYTES) {
      throw new IllegalArgumentException(
          "spool_max_bytes=" + spoolMaxBytes + ": expected at least " + Spool.MIN_BYTES);
    }
  }

  /**
   * Reads the settings.
   *
   * @param directory directory of the spool, below the data directory
   * @param hostCount number of hosts of this collector: more than one only in a simulation
   */
  public static HeartbeatConfig from(ConfigReader reader, Path directory, int hostCount) {
    var defaultBytes = (int) Math.min((long) DEFAULT_BYTES_PER_HOST * hostCount, MAX_DEFAULT_BYTES);
    return new HeartbeatConfig(
        directory,
        reader.duration(
            "collector.heartbeat_interval",
            Duration.ofSeconds(10),
            MIN_DURATION,
            Duration.ofSeconds(120)),
        reader.integer(
            "collector.spool_max_bytes", defaultBytes, MIN_SETTING_BYTES, Integer.MAX_VALUE),
        reader.duration(
            "collector.heartbeat_timeout",
            Duration.ofSeconds(10),
            MIN_DURATION,
            Duration.ofMinutes(1)));
  }
}
