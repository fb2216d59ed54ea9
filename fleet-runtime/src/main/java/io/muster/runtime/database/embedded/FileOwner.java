package io.muster.runtime.database.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The owner of a file. Symbolic links are never followed.
 *
 * @param uid user id
 * @param gid group id
 */
record FileOwner(int uid, int gid) {
  private static final int ROOT_UID = 0;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  static FileOwner of(Path path) throws IOException {
    return new FileOwner(readAttribute(path, "unix:uid"), readAttribute(path, "unix:gid"));
  }

  boolean isRoot() {
    return uid == ROOT_UID;
  }

  /** Assigns a file unless the user owns it already: only root can assign files to another user. */
  void assignTo(Path path) throws IOException {
    if (of(path).uid != uid) {
      Files.setAttribute(path, "unix:gid", gid, NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", uid, NOFOLLOW_LINKS);
    }
  }

  /**
   * Assigns a directory and the files of its owner in it. That owner can put a link in place of a
   * subdirectory meanwhile: the command goes from one open directory to the next and follows none.
   */
  void assignToTree(Path directory) throws IOException {
    var previousUid = of(directory).uid;
    if (previousUid != uid) {
      var command =
          List.of("chown", "-hR", "--from=" + previousUid, uid + ":" + gid, directory.toString());
      new SystemCommand(command, Path.of("/")).runOrFail(TIMEOUT);
    }
  }

  /** Returns a directory and its content, parents first. */
  static List<Path> listTree(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      return paths.toList();
    }
  }

  private static int readAttribute(Path path, String name) throws IOException {
    return (Integer) Files.getAttribute(path, name, NOFOLLOW_LINKS);
  }
}
