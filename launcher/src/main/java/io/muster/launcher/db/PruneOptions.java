package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say for how long history is kept, in place of what is configured. */
final class PruneOptions extends DatabaseOptions {
  @Option(
      names = "--raw",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.raw, 7d or more.")
  private @Nullable String raw;

  @Option(
      names = "--hour",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.hour, 31d or more.")
  private @Nullable String hour;

  @Option(
      names = "--day",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.day, 31d or more.")
  private @Nullable String day;

  @Override
  protected void addTo(Map<String, String> commandLine) {
    super.addTo(commandLine);
    add(commandLine, "aggregator.retention.raw", raw);
    add(commandLine, "aggregator.retention.hour", hour);
    add(commandLine, "aggregator.retention.day", day);
  }
}
