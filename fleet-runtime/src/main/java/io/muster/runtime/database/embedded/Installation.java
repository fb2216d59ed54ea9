package io.muster.runtime.database.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's programs, unpacked once from the class path into a directory of their version. They
 * are unpacked under a temporary name and renamed when complete, so that an existing directory is
 * always complete.
 */
final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);
  private static final String NAME_PREFIX = "postgresql-";
  private static final String UNPACKING_INFIX = ".unpacking-";
  private static final int EXECUTABLE_BIT = 0100;
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(60);

  private final Path parent;
  private final FileOwner owner;
  private final String version;

  /**
   * Describes the installation in a directory; nothing is unpacked yet.
   *
   * @param owner of the unpacked files
   */
  Installation(Path parent, FileOwner owner) throws IOException {
    this.parent = parent.toAbsolutePath();
    this.owner = owner;
    this.version = readBundledVersion();
  }

  Path directory() {
    return parent.resolve(NAME_PREFIX + version);
  }

  /** The absolute path of a program, such as {@code pg_ctl}. */
  String program(String name) {
    return directory().resolve("bin").resolve(name).toString();
  }

  /** The common prefix of the paths of all versions of the programs in this directory. */
  String programPathPrefix() {
    return programPathPrefix(parent);
  }

  /** The same prefix for a directory that need not contain any. */
  static String programPathPrefix(Path parent) {
    return parent.toAbsolutePath().resolve(NAME_PREFIX).toString();
  }

  /** Unpacks the programs unless they exist. */
  void unpack() throws IOException {
    removeLeftovers();
    if (Files.isDirectory(directory())) {
      return;
    }
    var temporary =
        parent.resolve(NAME_PREFIX + version + UNPACKING_INFIX + ProcessHandle.current().pid());
    deleteTree(temporary);
    try (var archive = openArchive()) {
      extract(archive, temporary);
    }
    owner.assignToTree(temporary);
    flush(temporary);
    moveIntoPlace(temporary);
    log.info("postgres unpacked version={} directory={}", version, directory());
  }

  /** Removes a directory and its content; does nothing if it does not exist. */
  private static void deleteTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    for (var path :
        FileOwner.listTree(directory).stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(path);
    }
  }

  /** Renames the directory, unless another process has unpacked the same version meanwhile. */
  private void moveIntoPlace(Path temporary) throws IOException {
    try {
      Files.move(temporary, directory(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(directory())) {
        throw e;
      }
      deleteTree(temporary);
    }
  }

  private void removeLeftovers() throws IOException {
    try (var siblings =
        Files.newDirectoryStream(parent, NAME_PREFIX + "*" + UNPACKING_INFIX + "*")) {
      for (var sibling : siblings) {
        if (!isBeingUnpacked(sibling)) {
          deleteTree(sibling);
        }
      }
    }
  }

  private static boolean isBeingUnpacked(Path temporary) {
    var name = temporary.getFileName().toString();
    var pid = name.substring(name.lastIndexOf('-') + 1);
    return pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
  }

  /**
   * Extracts the archive; other accounts must be able to read the programs, regardless of the
   * umask.
   */
  private static void extract(InputStream archive, Path target) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(archive))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
    for (var path : FileOwner.listTree(target)) {
      if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
        setPermissions(path, true);
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    Files.createDirectories(entry.isDirectory() ? path : path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isFile()) {
      Files.copy(tar, path);
      setPermissions(path, (entry.getMode() & EXECUTABLE_BIT) != 0);
    }
  }

  private static void setPermissions(Path path, boolean executable) throws IOException {
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  /**
   * Flushes the files, because a power failure must not leave a renamed installation of empty
   * files. Flushing a thousand files one by one takes 15 s; if the command does not exist, a risk
   * remains for a few seconds.
   */
  private void flush(Path directory) {
    try {
      new SystemCommand(List.of("sync", "-f", directory.toString()), parent)
          .runOrFail(FLUSH_TIMEOUT);
    } catch (IOException e) {
      log.warn("postgres programs not flushed to disk reason={}", e.getMessage());
    }
  }

  private static InputStream openArchive() throws IOException {
    var name = "/postgres-" + platform() + ".txz";
    var archive = Installation.class.getResourceAsStream(name);
    if (archive == null) {
      throw new PostgresSetupException(
          "this build contains no PostgreSQL for "
              + platform()
              + "; use a build for all platforms, or set an external server (--database-url)");
    }
    return new BufferedInputStream(archive);
  }

  private static String platform() {
    var system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var arm = System.getProperty("os.arch").equals("aarch64");
    return (system.contains("mac") ? "darwin" : system) + (arm ? "-arm_64" : "-x86_64");
  }

  private static String readBundledVersion() throws IOException {
    var properties = new Properties();
    try (var resource = Installation.class.getResourceAsStream("postgres.properties")) {
      if (resource == null) {
        throw new UncheckedIOException(new IOException("postgres.properties is not packaged"));
      }
      properties.load(resource);
    }
    return properties.getProperty("version");
  }
}
