package io.muster.runtime.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of mode 0700. */
public final class PrivateDirectory {
  private static final Logger log = LoggerFactory.getLogger(PrivateDirectory.class);
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  /** The mode of missing parents: a server that runs as another user passes through them. */
  private static final FileAttribute<?> PARENT =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

  private PrivateDirectory() {}

  /** Creates the directory, and its parents with mode 0755; an existing one keeps its mode. */
  public static void create(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      create(requireNonNull(directory.toAbsolutePath().getParent()), PARENT);
      create(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
    }
  }

  /**
   * Creates a directory that contains nothing but files of this program; an existing one gets the
   * mode too.
   */
  public static void createOrRestrict(Path directory) throws IOException {
    create(directory);
    if (!Files.getPosixFilePermissions(directory).equals(PRIVATE)) {
      Files.setPosixFilePermissions(directory, PRIVATE);
    }
  }

  /**
   * Makes the names of new and renamed files durable. Some systems do not support this and do not
   * need it.
   */
  public static void sync(Path directory) {
    try (var channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("directory cannot be synced path={} reason={}", directory, e.getMessage());
    }
  }

  private static void create(Path directory, FileAttribute<?> mode) throws IOException {
    if (!Files.isDirectory(directory)) { // createDirectories fails for a link to a directory.
      Files.createDirectories(directory, mode);
    }
  }
}
