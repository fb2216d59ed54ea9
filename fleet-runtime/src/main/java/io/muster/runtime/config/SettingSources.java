package io.muster.runtime.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The layers of settings: command line over environment over file. A blank value counts as not set,
 * so that the layer below applies. The environment variable of a key is {@code MUSTER_} and the key
 * in capitals with {@code _} for {@code .}; the next layer is the variable that all-smi or
 * socktop_agent has for some keys ({@link EnvironmentAlias}). Safe for use by any thread: nothing
 * changes after construction.
 */
public final class SettingSources {
  private static final String PREFIX = "MUSTER_";
  private static final String COMMAND_LINE = "command line";

  /**
   * Variables that are not settings: the launcher script, the command line and the tests read them.
   */
  private static final Pattern RESERVED_VARIABLES =
      Pattern.compile("MUSTER_(REQUIRE|CONFIG|JAVA|JAVA_OPTS)");

  /**
   * Variables, with their values, that Kubernetes adds for services named {@code muster} or {@code
   * muster-...}.
   */
  private static final Pattern KUBERNETES_VARIABLES =
      Pattern.compile(
          "MUSTER_(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?)=.*"
              + "|MUSTER_(.+_)?PORT=(tcp|udp|sctp)://.*",
          Pattern.DOTALL);

  private final Map<String, String> commandLine;
  private final Map<String, String> environment;
  private final Map<String, String> aliases;
  private final Map<String, String> file = new LinkedHashMap<>();
  private final Set<String> duplicateKeys = new TreeSet<>();
  private final String fileName;

  /**
   * Creates the three layers.
   *
   * @param commandLine key to value
   * @param environment all variables of the process
   * @param file nested maps, as the YAML parser returns them
   * @param fileName for messages
   */
  public SettingSources(
      Map<String, String> commandLine,
      Map<String, String> environment,
      Map<?, ?> file,
      String fileName) {
    this.commandLine = Map.copyOf(commandLine);
    this.environment =
        environment.entrySet().stream()
            .filter(variable -> variable.getKey().startsWith(PREFIX))
            .filter(variable -> !isIgnored(variable))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    this.aliases =
        environment.entrySet().stream()
            .filter(variable -> EnvironmentAlias.isKnown(variable.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    this.fileName = fileName;
    flatten("", file);
  }

  /** Sources without any setting: every key has its default. */
  public static SettingSources none() {
    return new SettingSources(Map.of(), Map.of(), Map.of(), "");
  }

  /** Only these settings, as if set on the command line. */
  public static SettingSources of(Map<String, String> settings) {
    return new SettingSources(settings, Map.of(), Map.of(), "");
  }

  Optional<Setting> find(String key) {
    var variable = environmentVariable(key);
    return findInLayer(commandLine, key, COMMAND_LINE)
        .or(() -> findInLayer(environment, variable, variable))
        .or(() -> EnvironmentAlias.of(key).flatMap(this::findAliased))
        .or(() -> findInLayer(file, key, fileName));
  }

  /** One line for each setting that is not among the keys, or that the file sets twice. */
  List<String> problems(Set<String> keys) {
    var variables =
        keys.stream().map(SettingSources::environmentVariable).collect(Collectors.toSet());
    var lines = new TreeSet<String>();
    duplicateKeys.forEach(key -> lines.add(key + " (" + fileName + "): set twice"));
    commandLine.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(key -> lines.add(unknownKeyProblem(key, COMMAND_LINE, keys)));
    environment.keySet().stream()
        .filter(name -> !variables.contains(name))
        .forEach(
            name ->
                lines.add(name + ": unknown environment variable" + hint(name, "_", variables)));
    file.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(key -> lines.add(unknownKeyProblem(key, fileName, keys)));
    return List.copyOf(lines);
  }

  static String environmentVariable(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private Optional<Setting> findAliased(EnvironmentAlias alias) {
    return findInLayer(aliases, alias.variable(), alias.variable())
        .map(
            text ->
                alias.setting(text.value().strip(), Optional.ofNullable(file.get(alias.key()))));
  }

  private static Optional<Setting> findInLayer(
      Map<String, String> layer, String key, String origin) {
    return Optional.ofNullable(layer.get(key))
        .filter(value -> !value.isBlank())
        .map(value -> new Setting(value, origin));
  }

  private static boolean isIgnored(Map.Entry<String, String> variable) {
    return RESERVED_VARIABLES.matcher(variable.getKey()).matches()
        || KUBERNETES_VARIABLES.matcher(variable.getKey() + "=" + variable.getValue()).matches();
  }

  private static String unknownKeyProblem(String key, String origin, Set<String> keys) {
    return key + " (" + origin + "): unknown key" + hint(key, ".", keys);
  }

  /** Suggests a known name: one with the same last word, or one that begins with this name. */
  private static String hint(String name, String separator, Set<String> names) {
    var lastWord = name.substring(name.lastIndexOf(separator) + 1);
    return names.stream()
        .filter(
            candidate ->
                candidate.endsWith(separator + lastWord) || candidate.startsWith(name + separator))
        .sorted()
        .findFirst()
        .map(candidate -> "; did you mean " + candidate + "?")
        .orElse("");
  }

  private void flatten(String prefix, Map<?, ?> nested) {
    for (var entry : nested.entrySet()) {
      var key = prefix + entry.getKey();
      if (entry.getValue() instanceof Map<?, ?> nestedMap) {
        flatten(key + ".", nestedMap);
      } else if (entry.getValue() instanceof List<?> list) {
        put(key, join(list));
      } else if (entry.getValue() != null) { // A heading without entries sets nothing.
        put(key, entry.getValue().toString());
      }
    }
  }

  private void put(String key, String value) {
    if (file.put(key, value) != null) {
      duplicateKeys.add(key);
    }
  }

  private static String join(List<?> list) {
    return list.stream()
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.joining(","));
  }
}
