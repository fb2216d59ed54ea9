package io.muster.launcher.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/** Where a node keeps what must outlive it. */
public final class NodeDataDirectory {
  private NodeDataDirectory() {}

  /**
   * {@code /var/lib/muster} for root, else {@code $XDG_DATA_HOME/muster} or {@code
   * ~/.local/share/muster}.
   */
  static Path defaultPath() {
    return defaultPath(
        System.getProperty("user.name", ""), System.getProperty("user.home", "."), System.getenv());
  }

  static Path defaultPath(String user, String home, Map<String, String> environment) {
    if (user.equals("root")) {
      return Path.of("/var/lib/muster");
    }
    return Optional.ofNullable(environment.get("XDG_DATA_HOME"))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(home, ".local", "share"))
        .resolve("muster");
  }

  /**
   * Makes the directory, readable for its owner alone unless it is there already; throws when
   * nothing can be written.
   */
  public static void prepare(Path directory) throws StartException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory.getParent());
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
      }
      Files.delete(Files.createTempFile(directory, "write-", ".probe"));
    } catch (IOException e) {
      throw new StartException(
          "data.dir: "
              + directory
              + " is not writable ("
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage()
              + "); choose another with --data DIR",
          e);
    }
  }
}
