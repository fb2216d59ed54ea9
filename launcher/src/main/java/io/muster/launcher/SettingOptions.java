package io.muster.launcher;

import io.muster.launcher.node.StartException;
import io.muster.runtime.config.ConfigFile;
import io.muster.runtime.config.Problems;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every command has: where settings come from. */
public class SettingOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:MUSTER_CONFIG}",
      description = "Settings as YAML; every key is explained in config/muster.yaml.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting; may be given many times, and wins over environment and file.")
  private final Map<String, String> settings = new LinkedHashMap<>();

  /** The layers, the command line on top. Throws when the file cannot be read. */
  public final SettingSources sources() throws StartException {
    var commandLine = new LinkedHashMap<>(settings);
    addSettings(commandLine);
    var problems = new Problems();
    var path = configFile;
    var parsedFile = path == null ? ConfigFile.NONE : ConfigFile.read(path, problems);
    if (!problems.isEmpty()) {
      throw new StartException(problems.lines());
    }
    return new SettingSources(
        commandLine, System.getenv(), parsedFile.settings(), parsedFile.name());
  }

  /** Adds the settings that have an option of their own. */
  protected void addSettings(Map<String, String> commandLine) {
    // A command without such options adds nothing.
  }

  /** Adds one unless it is not given. */
  protected static void addIfPresent(
      Map<String, String> settings, String key, @Nullable String value) {
    if (value != null) {
      settings.put(key, value);
    }
  }
}
