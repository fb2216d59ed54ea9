package io.muster.runtime.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads settings one key at a time and gathers everything that is wrong with them. A bad value
 * yields the default, so that the rest can be checked too; the caller stops when {@link
 * #problems()} has any.
 */
public final class ConfigReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)?");
  private static final List<Unit> UNITS =
      List.of(
          new Unit("d", Duration.ofDays(1)),
          new Unit("h", Duration.ofHours(1)),
          new Unit("m", Duration.ofMinutes(1)),
          new Unit("s", Duration.ofSeconds(1)),
          new Unit("ms", Duration.ofMillis(1)));
  private static final String OFF = "off";

  private final SettingSources sources;
  private final Set<String> keys = new HashSet<>();
  private final Problems problems = new Problems();
  private final Problems warnings = new Problems();

  public ConfigReader(SettingSources sources) {
    this.sources = sources;
  }

  /** A text without the blanks around it; blank counts as not given. */
  public Optional<String> text(String key) {
    return value(key).map(setting -> setting.value().strip());
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** A whole number within bounds, both inclusive. */
  public int integer(String key, int otherwise, int min, int max) {
    return parsed(
        key,
        otherwise,
        "a whole number from " + min + " to " + max,
        text -> parseInt(text, min, max));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean otherwise) {
    return parsed(
        key,
        otherwise,
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /**
   * A duration such as {@code 500ms}, {@code 3s}, {@code 5m}, {@code 1h}, {@code 7d}; a bare number
   * is seconds.
   */
  public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
    var expected =
        "a duration from " + text(min) + " to " + text(max) + ", such as 500ms, 3s, 5m or 1h";
    return parsed(
        key,
        otherwise,
        expected,
        text ->
            parseDuration(text)
                .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0));
  }

  /** A TCP address, or empty for {@code off}. */
  public Optional<HostPort> listener(String key, String otherwise) {
    if (text(key, otherwise).equals(OFF)) {
      return Optional.empty();
    }
    var fallback = HostPort.parse(otherwise).orElse(new HostPort("127.0.0.1", 0));
    return Optional.of(parsed(key, fallback, "host:port, or off", HostPort::parse));
  }

  /** TCP addresses, separated by commas. */
  public List<HostPort> addresses(String key) {
    return parsed(key, List.of(), "host:port[,host:port...]", ConfigReader::parseAddresses);
  }

  /** Texts, separated by commas; blanks around them do not count. */
  public List<String> list(String key) {
    return text(key).map(ConfigReader::split).orElse(List.of());
  }

  /**
   * Texts, separated by commas, of which each must be accepted.
   *
   * @param expected what an entry must be, in the words that follow "is not"
   */
  public List<String> list(String key, Predicate<String> accepted, String expected) {
    var entries = list(key);
    entries.stream()
        .filter(accepted.negate())
        .forEach(entry -> complain(key, "'" + entry + "' is not " + expected));
    return entries.stream().filter(accepted).toList();
  }

  public Path path(String key, Path otherwise) {
    return parsed(key, otherwise, "a path", ConfigReader::parsePath);
  }

  /**
   * Notes a problem that only the caller can see, such as two settings that do not fit together.
   */
  public void problem(String key, String line) {
    problems.add(key + origin(key) + ": " + line);
  }

  /** Every key that was asked for. */
  public Set<String> keys() {
    return Set.copyOf(keys);
  }

  /** Everything that is wrong, the keys that nobody read included. Call it after the last read. */
  public List<String> problems() {
    var all = new ArrayList<>(problems.lines());
    all.addAll(sources.problems(keys));
    return List.copyOf(all);
  }

  /**
   * What could not be used and does not stop the start, because all-smi goes on there too; one line
   * each.
   */
  public List<String> warnings() {
    return warnings.lines();
  }

  private Optional<Setting> value(String key) {
    keys.add(key);
    return sources.find(key);
  }

  private <T> T parsed(
      String key, T otherwise, String expected, Function<String, Optional<T>> parse) {
    var setting = value(key);
    if (setting.isEmpty()) {
      return otherwise;
    }
    var misfit = setting.get().misfit();
    var parsed =
        Optional.of(setting.get().value().strip()).filter(text -> misfit.isEmpty()).flatMap(parse);
    if (parsed.isEmpty()) {
      complain(key, "'" + setting.get().value() + "' is not " + misfit.orElse(expected));
    }
    return parsed.orElse(otherwise);
  }

  private void complain(String key, String line) {
    var lenient = sources.find(key).filter(Setting::lenient).isPresent();
    (lenient ? warnings : problems).add(key + origin(key) + ": " + line);
  }

  private String origin(String key) {
    return sources.find(key).map(setting -> " (" + setting.origin() + ")").orElse("");
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
    var name = matcher.group(2) == null ? "s" : matcher.group(2);
    return UNITS.stream()
        .filter(unit -> unit.name().equals(name))
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

  private static String text(Duration duration) {
    return UNITS.stream()
        .filter(unit -> duration.toMillis() % unit.length().toMillis() == 0)
        .filter(unit -> duration.compareTo(unit.length()) >= 0)
        .findFirst()
        .map(unit -> duration.dividedBy(unit.length()) + unit.name())
        .orElse(duration.toMillis() + "ms");
  }

  private record Unit(String name, Duration length) {}
}
