package io.muster.launcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that needs a database: which one is meant. */
public class DatabaseOptions extends SettingOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of database, spool and energy counters (data.dir).")
  private @Nullable String data;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgresql://user:password@host/db instead of the embedded server (database.url).")
  private @Nullable String databaseUrl;

  @Override
  protected void addSettings(Map<String, String> commandLine) {
    addIfPresent(commandLine, "data.dir", data);
    addIfPresent(commandLine, "database.url", databaseUrl);
  }
}
