package io.muster.launcher.db;

import io.muster.launcher.SettingOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which database is meant. */
final class DatabaseOptions extends SettingOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of the embedded database (data.dir).")
  private @Nullable String data;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "postgresql://user:password@host/db instead of the embedded server (database.url).")
  private @Nullable String databaseUrl;

  @Override
  protected void addTo(Map<String, String> commandLine) {
    add(commandLine, "data.dir", data);
    add(commandLine, "database.url", databaseUrl);
  }
}
