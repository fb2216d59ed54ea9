package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The private directory of the server's socket: in the data directory, or, if that path is too long
 * for a socket, a short one in the temporary directory, whose path is stored in the data directory.
 */
final class SocketDirectory {
  /** The maximum length of a socket path, bytes: macOS allows 103, Linux 107. */
  private static final int MAX_PATH_BYTES = 103;

  private static final String SOCKET_FILE = ".s.PGSQL.5432";
  private static final String PRIVATE_PERMISSIONS = "rwx------";

  private final LockedDataDirectory data;
  private final Path pathFile;

  SocketDirectory(LockedDataDirectory data) {
    this.data = data;
    this.pathFile = data.resolve("database.socket.path");
  }

  /** Returns the directory for the account that the server runs as; creates it if necessary. */
  Path prepare(ServerAccount account) throws IOException {
    var defaultDirectory = data.resolve("database.socket");
    if (isShortEnough(defaultDirectory)) {
      if (!Files.isDirectory(defaultDirectory, NOFOLLOW_LINKS)) {
        Files.createDirectory(defaultDirectory);
      }
      return secure(defaultDirectory, account);
    }
    var temporary = findTemporary(account);
    return temporary.isPresent() ? temporary.get() : createTemporary(account);
  }

  /** Removes the directory in the temporary directory. */
  void remove(ServerAccount account) throws IOException {
    if (Files.exists(pathFile)) {
      new AccountFiles(account, Path.of(Files.readString(pathFile).strip())).deleteAll();
      Files.delete(pathFile);
    }
  }

  private Optional<Path> findTemporary(ServerAccount account) throws IOException {
    if (!Files.exists(pathFile)) {
      return Optional.empty();
    }
    var directory = Path.of(Files.readString(pathFile).strip());
    var isTrusted =
        Files.isDirectory(directory, NOFOLLOW_LINKS)
            && FileOwner.of(directory).uid() == account.owner().orElse(data.owner()).uid()
            && PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                .equals(PRIVATE_PERMISSIONS);
    return isTrusted ? Optional.of(directory) : Optional.empty();
  }

  private Path createTemporary(ServerAccount account) throws IOException {
    var directory = Files.createTempDirectory("muster-").toRealPath();
    if (!isShortEnough(directory)) {
      Files.delete(directory);
      throw new PostgresSetupException(
          "the path "
              + data.path()
              + " is too long for a socket, and so is the temporary directory "
              + directory.getParent()
              + "; set a shorter directory (--data)");
    }
    data.write(pathFile, directory.toString(), data.owner());
    return secure(directory, account);
  }

  private static Path secure(Path directory, ServerAccount account) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(PRIVATE_PERMISSIONS));
    account.assignOwner(directory);
    return directory;
  }

  private static boolean isShortEnough(Path directory) {
    return directory.resolve(SOCKET_FILE).toString().getBytes(UTF_8).length <= MAX_PATH_BYTES;
  }
}
