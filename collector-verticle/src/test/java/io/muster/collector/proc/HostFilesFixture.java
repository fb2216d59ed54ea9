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
public final class HostFilesFixture {
  private final Path directory;

  private HostFilesFixture(Path directory) {
    this.directory = directory;
  }

  /** A tree without any file. */
  public static HostFilesFixture empty(Path directory) {
    return new HostFilesFixture(directory);
  }

  /** A copy of a captured tree. */
  public static HostFilesFixture copy(String name, Path directory) {
    var source = captureDirectory(name);
    try (var files = Files.walk(source)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = directory.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HostFilesFixture(directory);
  }

  /** Writes a file, over the captured one if there is one. */
  public HostFilesFixture write(String path, String content) {
    return write(path, content.getBytes(UTF_8));
  }

  public HostFilesFixture write(String path, byte[] content) {
    var file = directory.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public HostFilesFixture delete(String path) {
    try {
      Files.delete(directory.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public Path directory() {
    return directory;
  }

  public HostRoot hostRoot() {
    return new HostRoot(directory);
  }

  /** A file, loaded for a parser. */
  public KernelFileScanner openScanner(String path) {
    var scanner = new KernelFileScanner();
    try {
      scanner.load(hostRoot().file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return scanner;
  }

  private static Path captureDirectory(String name) {
    var url = HostFilesFixture.class.getResource("/host-trees/" + name);
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
