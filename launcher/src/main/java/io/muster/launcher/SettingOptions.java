package io.muster.launcher;

import io.muster.launcher.node.StartException;
import io.muster.runtime.config.ConfigFile;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command: the sources of its settings. Used by the main thread only. */
public class SettingOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:MUSTER_CONFIG}",
      description = "Read settings from this YAML file; config/muster.yaml explains every key.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set any setting; repeatable; overrides environment and file.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  /** Returns the sources, the command line first. Throws if the file cannot be read. */
  public final SettingSources sources() throws StartException {
    var commandLine = new LinkedHashMap<>(settings);
    addSettings(commandLine);
    var problems = new ArrayList<String>();
    var path = configFile;
    var parsedFile = path == null ? ConfigFile.NONE : ConfigFile.read(path, problems);
    if (!problems.isEmpty()) {
      throw new StartException(problems);
    }
    return new SettingSources(
        commandLine, System.getenv(), parsedFile.settings(), parsedFile.name());
  }

  /** Adds the settings for which the command has options. */
  protected void addSettings(Map<String, String> commandLine) {
    // A command without such options adds nothing.
  }

  /** Adds the setting if its option is given. */
  protected static void addIfPresent(
      Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(key, value);
    }
  }
}
