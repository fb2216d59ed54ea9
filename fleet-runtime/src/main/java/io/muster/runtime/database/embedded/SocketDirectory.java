package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The private directory of the server's socket: in the data directory, or, when that path is too
 * long for a socket, a short one in the temporary directory, which the data directory remembers.
 */
final class SocketDirectory {
  /** The longest path of a socket in bytes: macOS allows 103, Linux 107. */
  private static final int MAX_PATH_BYTES = 103;

  private static final String SOCKET = ".s.PGSQL.5432";
  private static final String PRIVATE = "rwx------";

  private final DataDirectory data;
  private final Path note;

  SocketDirectory(DataDirectory data) {
    this.data = data;
    this.note = data.resolve("database.socket.path");
  }

  /** The directory, made if need be, for the account that the server runs as. */
  Path prepare(ServerAccount account) throws IOException {
    var inside = data.resolve("database.socket");
    if (fits(inside)) {
      if (!Files.isDirectory(inside, NOFOLLOW_LINKS)) {
        Files.createDirectory(inside);
      }
      return secured(inside, account);
    }
    var remembered = remembered(account);
    return remembered.isPresent() ? remembered.get() : outside(account);
  }

  /** Leaves nothing behind in the temporary directory. */
  void remove() throws IOException {
    if (Files.exists(note)) {
      Installation.deleteTree(Path.of(Files.readString(note).strip()));
      Files.delete(note);
    }
  }

  private Optional<Path> remembered(ServerAccount account) throws IOException {
    if (!Files.exists(note)) {
      return Optional.empty();
    }
    var directory = Path.of(Files.readString(note).strip());
    var ours =
        Files.isDirectory(directory, NOFOLLOW_LINKS)
            && Ownership.of(directory).uid() == account.owner().orElse(data.owner()).uid()
            && PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                .equals(PRIVATE);
    return ours ? Optional.of(directory) : Optional.empty();
  }

  private Path outside(ServerAccount account) throws IOException {
    var directory = Files.createTempDirectory("muster-").toRealPath();
    if (!fits(directory)) {
      Files.delete(directory);
      throw new RefusedException(
          data.path()
              + " is too long for a socket, and so is the temporary directory "
              + directory.getParent()
              + "; give a shorter directory (--data)");
    }
    data.write(note, directory.toString(), data.owner());
    return secured(directory, account);
  }

  private static Path secured(Path directory, ServerAccount account) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(PRIVATE));
    account.own(directory);
    return directory;
  }

  private static boolean fits(Path directory) {
    return directory.resolve(SOCKET).toString().getBytes(UTF_8).length <= MAX_PATH_BYTES;
  }
}
