package io.muster.schema.frame;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A copy of a directory that shares the content of its files, so that it takes no time. */
public final class LinkedTree {
  private LinkedTree() {}

  /**
   * Copies a directory with its symbolic links. Files are hard links, or copies if the target is on
   * another file system.
   *
   * @param target must not exist
   */
  public static void create(Path source, Path target) throws IOException {
    try (var paths = Files.walk(source)) {
      for (var path : (Iterable<Path>) paths::iterator) {
        link(path, target.resolve(source.relativize(path).toString()));
      }
    }
  }

  private static void link(Path source, Path target) throws IOException {
    if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(target);
      Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    } else if (Files.isSymbolicLink(source)) {
      Files.createSymbolicLink(target, Files.readSymbolicLink(source));
    } else {
      linkFile(source, target);
    }
  }

  private static void linkFile(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
    } catch (FileSystemException e) {
      Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
