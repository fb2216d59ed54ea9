package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A copy of captured host files, which a test may change. The originals are in {@code host-trees}:
 * {@code small-vm} was captured on a virtual machine and shortened; {@code two-sockets} is
 * synthetic: two packages of two cores of two threads.
 */
public final class HostFilesFixture {
  private final Path directory;

  private HostFilesFixture(Path directory) {
    this.directory = directory;
  }

  /** Returns an empty directory. */
  public static HostFilesFixture empty(Path directory) {
    return new HostFilesFixture(directory);
  }

  /** Returns a copy of captured host files. */
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

  /** Writes a file and replaces a captured one. */
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

  /** Returns a scanner with a loaded file. */
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
      throw new IllegalArgumentException("no captured host files " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
