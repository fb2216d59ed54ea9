package io.muster.launcher;

import static picocli.CommandLine.Spec.Target.MIXEE;

import io.muster.launcher.node.StartException;
import io.muster.runtime.config.ConfigFile;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of every command: the sources of its settings. The parser calls the methods in the
 * order of the command line, so that the last value of a setting applies, with whichever option it
 * is given. Used by the main thread only.
 */
public class SettingOptions {
  private final Map<String, String> settings = new LinkedHashMap<>();

  @Spec(MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:MUSTER_CONFIG}",
      description = "Read settings from this YAML file; config/muster.yaml explains every key.")
  private @Nullable Path configFile;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Set any setting; repeatable; overrides environment and file. The last value of a setting"
              + " applies, also if it is given by another option.")
  final void setSetting(String keyAndValue) {
    var separator = keyAndValue.indexOf('=');
    if (separator <= 0) {
      throw new ParameterException(spec.commandLine(), "--set: expected KEY=VALUE");
    }
    settings.put(keyAndValue.substring(0, separator), keyAndValue.substring(separator + 1));
  }

  /** Returns the sources, the command line first. Throws if the file cannot be read. */
  public final SettingSources sources() throws StartException {
    var problems = new ArrayList<String>();
    var path = configFile;
    var parsedFile = path == null ? ConfigFile.NONE : ConfigFile.read(path, problems);
    if (!problems.isEmpty()) {
      throw new StartException(problems);
    }
    return new SettingSources(settings, System.getenv(), parsedFile.settings(), parsedFile.name());
  }

  /**
   * Sets a setting to the value of its option. Rejects an empty value: it would be ignored, as
   * {@code --token "$TOKEN"} if the variable is not set.
   */
  protected final void setSetting(String key, String option, String value) {
    if (value.isBlank()) {
      throw new ParameterException(spec.commandLine(), option + ": the value is empty");
    }
    settings.put(key, value);
  }
}
