package io.muster.launcher;

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
  final void setDataDirectory(String directory) {
    setSetting("data.dir", "--data", directory);
  }

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "Connect to postgresql://user:password@host/db instead of the embedded server"
              + " (database.url).")
  final void setDatabaseUrl(String url) {
    setSetting("database.url", "--database-url", url);
  }
}
