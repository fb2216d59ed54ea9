package io.muster.launcher.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/** The directory of the data that outlives a node. */
public final class NodeDataDirectory {
  private NodeDataDirectory() {}

  /**
   * Returns {@code /var/lib/muster} for root, else {@code $XDG_DATA_HOME/muster} or {@code
   * ~/.local/share/muster}.
   */
  static Path defaultPath() {
    return defaultPath(
        System.getProperty("user.name", ""), System.getProperty("user.home", "."), System.getenv());
  }

  static Path defaultPath(String user, String userHome, Map<String, String> environment) {
    if (user.equals("root")) {
      return Path.of("/var/lib/muster");
    }
    return Optional.ofNullable(environment.get("XDG_DATA_HOME"))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(userHome, ".local", "share"))
        .resolve("muster");
  }

  /**
   * Creates the directory, readable by its owner only, unless it exists; throws if it is not
   * writable.
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
