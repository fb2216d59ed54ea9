package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import picocli.CommandLine.Option;

/** The options for the retention, in place of the settings. Used by the main thread only. */
final class PruneOptions extends DatabaseOptions {
  @Option(
      names = "--raw",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.raw; 7d or more.")
  void setRawRetention(String duration) {
    setSetting("aggregator.retention.raw", "--raw", duration);
  }

  @Option(
      names = "--hour",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.hour; 31d or more.")
  void setHourRetention(String duration) {
    setSetting("aggregator.retention.hour", "--hour", duration);
  }

  @Option(
      names = "--day",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.day; 31d or more.")
  void setDayRetention(String duration) {
    setSetting("aggregator.retention.day", "--day", duration);
  }
}
