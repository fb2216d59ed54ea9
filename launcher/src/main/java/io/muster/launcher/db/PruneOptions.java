package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the retention, in place of the settings. Used by the main thread only. */
final class PruneOptions extends DatabaseOptions {
  @Option(
      names = "--raw",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.raw; 7d or more.")
  private @Nullable String rawRetention;

  @Option(
      names = "--hour",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.hour; 31d or more.")
  private @Nullable String hourRetention;

  @Option(
      names = "--day",
      paramLabel = "DURATION",
      description = "Override aggregator.retention.day; 31d or more.")
  private @Nullable String dayRetention;

  @Override
  protected void addSettings(Map<String, String> commandLine) {
    super.addSettings(commandLine);
    addIfPresent(commandLine, "aggregator.retention.raw", rawRetention);
    addIfPresent(commandLine, "aggregator.retention.hour", hourRetention);
    addIfPresent(commandLine, "aggregator.retention.day", dayRetention);
  }
}
