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
 * The directory that contains {@code proc}, {@code sys} and {@code etc} of the monitored host:
 * {@code /} on the host itself, another one in tests and in a container that has its host mounted.
 * Paths are relative to it. A value that cannot be read is empty, since all of them are optional.
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

  /** Returns the file for an absolute path of the monitored host, as this process can open it. */
  public File absoluteFile(String absolutePath) {
    return file(absolutePath.substring(1));
  }

  /**
   * Returns the path of a file that each process has, such as {@code net/dev}: the file of the
   * host's first process, because this process may run in other namespaces; the file of this
   * process if it runs on the host itself, or if the other file cannot be read.
   */
  public String hostProcessPath(String path) {
    var firstProcessPath = "proc/1/" + path;
    boolean readsOwnProcess = root.getNameCount() == 0 || !file(firstProcessPath).canRead();
    return readsOwnProcess ? "proc/self/" + path : firstProcessPath;
  }

  public boolean exists(String path) {
    return file(path).exists();
  }

  /** Returns the stripped text of a small file; empty also if the file is blank. */
  public Optional<String> readText(String path) {
    try {
      var text = new String(Files.readAllBytes(root.resolve(path)), UTF_8).replace("\0", "");
      return Optional.of(text.strip()).filter(nonBlankText -> !nonBlankText.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the whole number in a small file. */
  public OptionalLong readNumber(String path) {
    try {
      return readText(path).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Returns the decimal names in a directory, ascending, such as process ids; empty if the
   * directory cannot be listed.
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

  /** Returns the boot time of the kernel, seconds since the epoch; empty if not reported. */
  public OptionalLong readBootEpochSeconds() {
    return readText("proc/stat").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(BOOT_TIME_PREFIX))
        .mapToLong(line -> Long.parseLong(line.substring(BOOT_TIME_PREFIX.length()).strip()))
        .findFirst();
  }

  /** Returns the time since boot, hundredths of a second; 0 if not reported. */
  public long readUptimeCentiseconds() {
    var uptime = UPTIME_PATTERN.matcher(readText("proc/uptime").orElse(""));
    return uptime.find() ? Long.parseLong(uptime.group(1) + uptime.group(2)) : 0;
  }

  /**
   * Returns the names in a directory that start with a prefix, {@code hwmon9} before {@code
   * hwmon10}.
   */
  public List<String> listNames(String directory, String prefix) {
    var names = file(directory).list((parent, name) -> name.startsWith(prefix));
    if (names == null) {
      return List.of();
    }
    Arrays.sort(names, Comparator.comparing(String::length).thenComparing(name -> name));
    return List.of(names);
  }
}
