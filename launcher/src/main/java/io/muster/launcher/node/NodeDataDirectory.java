package io.muster.launcher.node;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import io.muster.runtime.file.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of the data that outlives a node. */
public final class NodeDataDirectory {
  private static final Logger log = LoggerFactory.getLogger(NodeDataDirectory.class);

  /** The rights to see or to replace what is in the directory. */
  private static final Set<PosixFilePermission> OPEN =
      Set.of(GROUP_WRITE, OTHERS_READ, OTHERS_WRITE);

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
   * Creates the directory with mode 0700 unless it exists; throws if it is not writable. The mode
   * of an existing one is not changed, because it may have other uses, such as {@code /tmp}; what
   * this program creates in it is closed to other users in any case.
   */
  public static void prepare(Path directory) throws StartException {
    try {
      PrivateDirectory.create(directory);
      warnIfOpen(directory);
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

  private static void warnIfOpen(Path directory) throws IOException {
    var permissions = Files.getPosixFilePermissions(directory);
    if (!Collections.disjoint(permissions, OPEN)) {
      log.warn(
          "data directory is open to other users path={} mode={} expected=rwx------",
          directory,
          PosixFilePermissions.toString(permissions));
    }
  }
}
