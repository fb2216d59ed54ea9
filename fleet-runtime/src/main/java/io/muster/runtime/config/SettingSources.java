package io.muster.runtime.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The layers in which a setting may stand: command line over environment over file. The
 * environment's name of a key is {@code MUSTER_} and the key in capitals with {@code _} for {@code
 * .}.
 */
public final class SettingSources {
  private static final String PREFIX = "MUSTER_";

  /**
   * Variables that are no settings: those of the launcher script and the tests, and what Kubernetes
   * adds by itself.
   */
  private static final Pattern FOREIGN =
      Pattern.compile(
          "MUSTER_(REQUIRE|CONFIG|JAVA|JAVA_OPTS|CACHE|SERVICE_HOST|SERVICE_PORT.*|PORT(_.*)?)");

  private final Map<String, String> commandLine;
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final String fileName;

  /**
   * The three layers.
   *
   * @param commandLine key to value
   * @param environment all variables of the process
   * @param file nested maps, as YAML gives them
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
            .filter(variable -> !FOREIGN.matcher(variable.getKey()).matches())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    var flat = new LinkedHashMap<String, String>();
    flatten("", file, flat);
    this.file = flat;
    this.fileName = fileName;
  }

  /** Only the defaults. */
  public static SettingSources none() {
    return new SettingSources(Map.of(), Map.of(), Map.of(), "");
  }

  /** These settings alone, as if given on the command line. */
  public static SettingSources of(Map<String, String> settings) {
    return new SettingSources(settings, Map.of(), Map.of(), "");
  }

  Optional<Setting> find(String key) {
    if (commandLine.containsKey(key)) {
      return Optional.of(new Setting(commandLine.get(key), "command line"));
    }
    var variable = variableOf(key);
    if (environment.containsKey(variable)) {
      return Optional.of(new Setting(environment.get(variable), variable));
    }
    return Optional.ofNullable(file.get(key)).map(value -> new Setting(value, fileName));
  }

  /** One line for each setting that no key of the set reads. */
  List<String> unknown(Set<String> keys) {
    var variables = keys.stream().map(SettingSources::variableOf).collect(Collectors.toSet());
    var lines = new TreeSet<String>();
    commandLine.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(key -> lines.add(key + " (command line): unknown key" + hint(key, keys)));
    environment.keySet().stream()
        .filter(name -> !variables.contains(name))
        .forEach(name -> lines.add(name + ": unknown environment variable"));
    file.keySet().stream()
        .filter(key -> !keys.contains(key))
        .forEach(key -> lines.add(key + " (" + fileName + "): unknown key" + hint(key, keys)));
    return List.copyOf(lines);
  }

  static String variableOf(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  private static String hint(String key, Set<String> keys) {
    var last = key.substring(key.lastIndexOf('.') + 1);
    return keys.stream()
        .filter(known -> known.endsWith("." + last) || known.startsWith(key + "."))
        .sorted()
        .findFirst()
        .map(known -> "; did you mean " + known + "?")
        .orElse("");
  }

  private static void flatten(String prefix, Map<?, ?> nested, Map<String, String> flat) {
    for (var entry : nested.entrySet()) {
      var key = prefix + entry.getKey();
      if (entry.getValue() instanceof Map<?, ?> deeper) {
        flatten(key + ".", deeper, flat);
      } else if (entry.getValue() instanceof List<?> list) {
        flat.put(key, list.stream().map(String::valueOf).collect(Collectors.joining(",")));
      } else if (entry.getValue() != null) {
        flat.put(key, String.valueOf(entry.getValue()));
      }
    }
  }
}
