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

/**
 * The directory that holds {@code proc}, {@code sys} and {@code etc} of the watched host: {@code /}
 * on the host itself, another one in tests and where a container sees its host under a mount point.
 * Paths are relative to it. What cannot be read is empty: these are the optional things.
 */
public final class KernelTree {
  private final Path root;

  public KernelTree(Path root) {
    this.root = root;
  }

  public File file(String path) {
    return root.resolve(path).toFile();
  }

  /** An absolute path of the watched host, as this process sees it. */
  public File seen(String absolutePath) {
    return file(absolutePath.substring(1));
  }

  /**
   * A file that each process has, such as {@code net/dev}: that of this process on the host itself,
   * else that of the host's first process, since this process may live in other namespaces.
   */
  public String ofHost(String path) {
    var first = "proc/1/" + path;
    boolean own = root.getNameCount() == 0 || !file(first).canRead();
    return own ? "proc/self/" + path : first;
  }

  public boolean exists(String path) {
    return file(path).exists();
  }

  /** The stripped text of a small file; empty also when it is blank. */
  public Optional<String> text(String path) {
    try {
      var text = new String(Files.readAllBytes(root.resolve(path)), UTF_8).replace("\0", "");
      return Optional.of(text.strip()).filter(stripped -> !stripped.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The whole number that a small file holds. */
  public OptionalLong number(String path) {
    var text = text(path);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Names in a directory that start so, {@code hwmon9} before {@code hwmon10}. */
  public List<String> names(String directory, String prefix) {
    var names = file(directory).list((parent, name) -> name.startsWith(prefix));
    if (names == null) {
      return List.of();
    }
    Arrays.sort(names, Comparator.comparing(String::length).thenComparing(name -> name));
    return List.of(names);
  }
}
