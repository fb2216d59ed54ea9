package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The directory that holds {@code proc}, {@code sys} and {@code etc} of the watched host: {@code /}
 * on the host itself, another one in tests and where a container sees its host under a mount point.
 * Paths are relative to it. What cannot be read is empty: these are the optional things.
 */
public final class HostRoot {
  private static final String BOOT_TIME_PREFIX = "btime ";
  private static final Pattern UPTIME_PATTERN = Pattern.compile("^(\\d{1,15})\\.(\\d{2})");

  private final Path root;

  public HostRoot(Path root) {
    this.root = root;
  }

  public File file(String path) {
    return root.resolve(path).toFile();
  }

  /** An absolute path of the watched host, as this process sees it. */
  public File absoluteFile(String absolutePath) {
    return file(absolutePath.substring(1));
  }

  /**
   * A file that each process has, such as {@code net/dev}: that of this process on the host itself,
   * else that of the host's first process, since this process may live in other namespaces.
   */
  public String hostProcessPath(String path) {
    var firstProcessPath = "proc/1/" + path;
    boolean readsOwnProcess = root.getNameCount() == 0 || !file(firstProcessPath).canRead();
    return readsOwnProcess ? "proc/self/" + path : firstProcessPath;
  }

  public boolean exists(String path) {
    return file(path).exists();
  }

  /** The stripped text of a small file; empty also when it is blank. */
  public Optional<String> readText(String path) {
    try {
      var text = new String(Files.readAllBytes(root.resolve(path)), UTF_8).replace("\0", "");
      return Optional.of(text.strip()).filter(nonBlankText -> !nonBlankText.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The whole number that a small file holds. */
  public OptionalLong readNumber(String path) {
    var text = readText(path);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The decimal names in a directory, ascending, such as those of processes; empty if not listable.
   */
  public Optional<int[]> listNumericNames(String directory) {
    var names = file(directory).list();
    if (names == null) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(names)
            .filter(name -> name.charAt(0) >= '1' && name.charAt(0) <= '9')
            .filter(name -> name.chars().allMatch(Character::isDigit) && name.length() < 10)
            .mapToInt(Integer::parseInt)
            .sorted()
            .toArray());
  }

  /** When the kernel started, seconds since the epoch; empty if it does not tell. */
  public OptionalLong readBootEpochSeconds() {
    return readText("proc/stat").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(BOOT_TIME_PREFIX))
        .mapToLong(line -> Long.parseLong(line.substring(BOOT_TIME_PREFIX.length()).strip()))
        .findFirst();
  }

  /** How long the kernel has been running, hundredths of a second; 0 if it does not tell. */
  public long readUptimeCentiseconds() {
    var uptime = UPTIME_PATTERN.matcher(readText("proc/uptime").orElse(""));
    return uptime.find() ? Long.parseLong(uptime.group(1) + uptime.group(2)) : 0;
  }

  /** Names in a directory that start so, {@code hwmon9} before {@code hwmon10}. */
  public List<String> listNames(String directory, String prefix) {
    var names = file(directory).list((parent, name) -> name.startsWith(prefix));
    if (names == null) {
      return List.of();
    }
    Arrays.sort(names, Comparator.comparing(String::length).thenComparing(name -> name));
    return List.of(names);
  }
}
