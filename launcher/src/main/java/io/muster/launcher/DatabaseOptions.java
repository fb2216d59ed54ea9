package io.muster.launcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every command that needs a database: the embedded one in a directory, or a server.
 * Used by the main thread only.
 */
public class DatabaseOptions extends SettingOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep database, spool and energy counters in this directory (data.dir).")
  private @Nullable String data;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "Connect to postgresql://user:password@host/db instead of the embedded server"
              + " (database.url).")
  private @Nullable String databaseUrl;

  @Override
  protected void addSettings(Map<String, String> commandLine) {
    addIfPresent(commandLine, "data.dir", data);
    addIfPresent(commandLine, "database.url", databaseUrl);
  }
}
