package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of captured files of a host, which a test may change. The originals lie in {@code
 * host-trees}: {@code small-vm} was taken from a virtual machine and trimmed; {@code two-sockets}
 * is made up, two packages of two cores of two threads.
 */
public final class CapturedTree {
  private final Path root;

  private CapturedTree(Path root) {
    this.root = root;
  }

  /** A tree without any file. */
  public static CapturedTree empty(Path root) {
    return new CapturedTree(root);
  }

  /** A copy of a captured tree. */
  public static CapturedTree copy(String name, Path root) {
    var from = original(name);
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var to = root.resolve(from.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CapturedTree(root);
  }

  /** Writes a file, over the captured one if there is one. */
  public CapturedTree with(String path, String text) {
    return with(path, text.getBytes(UTF_8));
  }

  public CapturedTree with(String path, byte[] bytes) {
    var file = root.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public CapturedTree without(String path) {
    try {
      Files.delete(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Path root() {
    return root;
  }

  public KernelTree tree() {
    return new KernelTree(root);
  }

  /** A file, loaded for a parser. */
  public KernelText text(String path) {
    var text = new KernelText();
    try {
      text.load(tree().file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text;
  }

  private static Path original(String name) {
    var url = CapturedTree.class.getResource("/host-trees/" + name);
    if (url == null) {
      throw new IllegalArgumentException("no captured tree " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
