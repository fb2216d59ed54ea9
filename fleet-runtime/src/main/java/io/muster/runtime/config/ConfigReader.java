package io.muster.runtime.config;

import io.muster.schema.json.WireText;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads settings one key at a time and collects every problem. An invalid value yields the default,
 * so that the remaining keys are checked too; the caller must not start if {@link #problems()} is
 * not empty. Confined to one thread.
 */
public final class ConfigReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)?");
  private static final List<DurationUnit> UNITS =
      List.of(
          new DurationUnit("d", Duration.ofDays(1)),
          new DurationUnit("h", Duration.ofHours(1)),
          new DurationUnit("m", Duration.ofMinutes(1)),
          new DurationUnit("s", Duration.ofSeconds(1)),
          new DurationUnit("ms", Duration.ofMillis(1)));
  private static final String OFF = "off";
  private static final String FILE_SUFFIX = "_file";

  private final SettingSources sources;
  private final Set<String> readKeys = new HashSet<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  public ConfigReader(SettingSources sources) {
    this.sources = sources;
  }

  /** Text without leading and trailing blanks; a blank value counts as not set. */
  public Optional<String> text(String key) {
    return findSetting(key).map(setting -> setting.value().strip());
  }

  public String text(String key, String defaultValue) {
    return text(key).orElse(defaultValue);
  }

  /**
   * A text that is never shown: the value of the key, or the content of the file that the key with
   * the suffix {@code _file} names. A blank value counts as not set.
   */
  public Secret secret(String key) {
    var fileKey = key + FILE_SUFFIX;
    var value = text(key);
    var file = text(fileKey);
    if (value.isPresent() && file.isPresent()) {
      addProblem(fileKey, "must not be set together with " + key + origin(key));
    }
    return value
        .map(Secret::new)
        .or(() -> file.flatMap(path -> readSecret(fileKey, path)))
        .orElse(Secret.NONE);
  }

  /** A whole number within bounds, both inclusive. */
  public int integer(String key, int defaultValue, int min, int max) {
    return parse(
        key,
        defaultValue,
        "a whole number from " + min + " to " + max,
        text -> parseInt(text, min, max));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean defaultValue) {
    return parse(
        key,
        defaultValue,
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A constant of an enum, by its name in lower case. */
  public <E extends Enum<E>> E choice(String key, E defaultValue) {
    var constants = List.of(defaultValue.getDeclaringClass().getEnumConstants());
    var names = constants.stream().map(ConfigReader::choiceName).toList();
    return parse(
        key,
        defaultValue,
        String.join(", ", names).replaceFirst(", (?=[^,]*$)", " or "),
        text -> constants.stream().filter(each -> choiceName(each).equals(text)).findFirst());
  }

  /**
   * A duration such as {@code 500ms}, {@code 3s}, {@code 5m}, {@code 1h}, {@code 7d}; a bare number
   * is seconds.
   */
  public Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
    var expected =
        "a duration from " + format(min) + " to " + format(max) + ", such as 500ms, 3s, 5m or 1h";
    return parse(
        key,
        defaultValue,
        expected,
        text ->
            parseDuration(text)
                .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0));
  }

  /** A TCP address, or empty for {@code off}. */
  public Optional<HostPort> listener(String key, String defaultValue) {
    if (text(key, defaultValue).equals(OFF)) {
      return Optional.empty();
    }
    var defaultAddress = HostPort.parse(defaultValue).orElse(new HostPort("127.0.0.1", 0));
    return Optional.of(parse(key, defaultAddress, "host:port, or off", HostPort::parse));
  }

  /** Comma-separated TCP addresses. */
  public List<HostPort> addresses(String key) {
    return parse(key, List.of(), "host:port[,host:port...]", ConfigReader::parseAddresses);
  }

  /** Comma-separated texts, without the blanks around them. */
  public List<String> list(String key) {
    return text(key).map(ConfigReader::split).orElse(List.of());
  }

  /**
   * Comma-separated texts; an entry that is not accepted is left out and reported.
   *
   * @param expected description of a valid entry, the words that follow "must be"
   */
  public List<String> list(String key, Predicate<String> isAccepted, String expected) {
    var entries = list(key);
    entries.stream()
        .filter(isAccepted.negate())
        .forEach(entry -> addProblemOrWarning(key, requirement(expected, entry)));
    return entries.stream().filter(isAccepted).toList();
  }

  public Path path(String key, Path defaultValue) {
    return parse(key, defaultValue, "a path", ConfigReader::parsePath);
  }

  /** An absolute path; empty if the key is not set. */
  public Optional<Path> findPath(String key) {
    return text(key).map(set -> path(key, Path.of("")).toAbsolutePath());
  }

  /**
   * Adds a problem that only the caller can detect, such as two settings that exclude each other.
   */
  public void addProblem(String key, String line) {
    problems.add(key + origin(key) + ": " + line);
  }

  /** Every key that was read. */
  public Set<String> keys() {
    return Set.copyOf(readKeys);
  }

  /**
   * Every problem, including keys that are set but were never read; complete only after the last
   * read.
   */
  public List<String> problems() {
    var all = new ArrayList<>(problems);
    all.addAll(sources.problems(readKeys));
    return List.copyOf(all);
  }

  /**
   * Settings with which the node starts, but which a person should correct; one line each. Among
   * them are the values that are ignored because all-smi or socktop_agent ignores them too.
   */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** A value with a control character, which would be shown in a log or a page, is rejected. */
  private Optional<Setting> findSetting(String key) {
    var setting = sources.find(key);
    var isFirstRead = readKeys.add(key);
    if (setting.filter(found -> WireText.hasControls(found.value().strip())).isEmpty()) {
      return setting;
    }
    if (isFirstRead) {
      addProblem(key, "must not contain control characters");
    }
    return Optional.empty();
  }

  private <T> T parse(
      String key, T defaultValue, String expected, Function<String, Optional<T>> parser) {
    var setting = findSetting(key);
    if (setting.isEmpty()) {
      return defaultValue;
    }
    var unmetRequirement = setting.get().unmetRequirement();
    var parsed =
        Optional.of(setting.get().value().strip())
            .filter(text -> unmetRequirement.isEmpty())
            .flatMap(parser);
    if (parsed.isEmpty()) {
      addProblemOrWarning(
          key, requirement(unmetRequirement.orElse(expected), setting.get().value()));
    }
    return parsed.orElse(defaultValue);
  }

  private static String requirement(String expected, String value) {
    return "must be " + expected + ": '" + value + "'";
  }

  private void addProblemOrWarning(String key, String line) {
    var lenient = sources.find(key).filter(Setting::isLenient).isPresent();
    if (lenient) {
      addWarning(key, line + "; ignored");
    } else {
      addProblem(key, line);
    }
  }

  private void addWarning(String key, String line) {
    warnings.add(key + origin(key) + ": " + line);
  }

  /** The origin of a setting; that of a secret may be the setting that names its file. */
  private String origin(String key) {
    return sources
        .find(key)
        .or(() -> sources.find(key + FILE_SUFFIX))
        .map(setting -> " (" + setting.origin() + ")")
        .orElse("");
  }

  private Optional<Secret> readSecret(String fileKey, String path) {
    try {
      var file = SecretFile.read(path);
      if (file.isOpenToAll()) {
        addWarning(
            fileKey, path + " can be read or changed by every user of this machine: chmod 600");
      }
      return Optional.of(file.secret());
    } catch (IOException e) {
      addProblem(fileKey, path + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String choiceName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Optional<Integer> parseInt(String text, int min, int max) {
    try {
      return Optional.of(Integer.parseInt(text)).filter(value -> value >= min && value <= max);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> parseDuration(String text) {
    var matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var suffix = matcher.group(2) == null ? "s" : matcher.group(2);
    return UNITS.stream()
        .filter(unit -> unit.suffix().equals(suffix))
        .findFirst()
        .map(unit -> unit.length().multipliedBy(Long.parseLong(matcher.group(1))));
  }

  private static Optional<List<HostPort>> parseAddresses(String text) {
    var parsed = split(text).stream().map(HostPort::parse).toList();
    return parsed.stream().allMatch(Optional::isPresent)
        ? Optional.of(parsed.stream().flatMap(Optional::stream).toList())
        : Optional.empty();
  }

  private static Optional<Path> parsePath(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static String format(Duration duration) {
    return UNITS.stream()
        .filter(unit -> duration.toMillis() % unit.length().toMillis() == 0)
        .filter(unit -> duration.compareTo(unit.length()) >= 0)
        .findFirst()
        .map(unit -> duration.dividedBy(unit.length()) + unit.suffix())
        .orElse(duration.toMillis() + "ms");
  }

  private record DurationUnit(String suffix, Duration length) {}
}
