package io.muster.api.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.util.Objects.requireNonNull;

import io.muster.runtime.file.PrivateDirectory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The Unix socket of this node: a file to which only its owner may connect, from the moment it
 * exists. It is bound in a private directory, gets its mode there, and is then moved to its path; a
 * stale socket there is replaced in that step. One for all event loops: the first binds it, the
 * others share it. Any thread may call it: {@link #prepare} first, then {@link #publish}, {@link
 * #remove} last.
 */
public final class UnixSocket {
  /** Setting key of its path. */
  public static final String KEY = "api.listen.unix";

  private static final String FILE_NAME = "all-smi.sock";
  private static final List<Path> DEFAULT_DIRECTORIES =
      List.of(Path.of("/var/run"), Path.of("/tmp"));
  private static final int MAX_PATH_BYTES = 107;
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int SOCKET_TYPE = 0140000;
  private static final int STICKY_BIT = 01000;
  private static final int GROUP_OR_OTHERS_WRITE = 0022;

  private final Vertx vertx;
  private final Path path;
  private volatile @Nullable Path bindPath;
  private volatile @Nullable Object fileKey;

  public UnixSocket(Vertx vertx, Path path) {
    this.vertx = vertx;
    this.path = path;
  }

  /**
   * The path if none is configured: in {@code /var/run}, else in {@code /tmp}; empty if neither is
   * writable, or others could remove the file there.
   */
  public static Optional<Path> defaultPath() {
    return defaultPath(DEFAULT_DIRECTORIES);
  }

  static Optional<Path> defaultPath(List<Path> directories) {
    return directories.stream()
        .filter(UnixSocket::isSafe)
        .findFirst()
        .map(directory -> directory.resolve(FILE_NAME));
  }

  /**
   * Creates the directory in which it is bound; fails with a {@link Listeners.ListenException} if
   * another process listens on the path, or the path is not a socket.
   */
  public Future<Void> prepare() {
    return runBlocking(
        () -> {
          requireFree(path);
          var parent = requireNonNull(path.toAbsolutePath().getParent());
          PrivateDirectory.create(parent);
          var mode = PosixFilePermissions.fromString("rwx------");
          var directory =
              Files.createTempDirectory(
                  parent, ".muster", PosixFilePermissions.asFileAttribute(mode));
          bindPath = directory.resolve("s");
          if (bindPath().toString().getBytes(UTF_8).length > MAX_PATH_BYTES) {
            throw new IOException("the path is too long for a socket");
          }
          return null;
        });
  }

  /** The address to bind, after {@link #prepare}. */
  SocketAddress address() {
    return SocketAddress.domainSocketAddress(bindPath().toString());
  }

  /** Moves it to its path, once it is bound. */
  public Future<Void> publish() {
    return runBlocking(
        () -> {
          var bound = bindPath();
          Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
          fileKey = fileKey(bound);
          Files.move(bound, path, ATOMIC_MOVE);
          Files.delete(bindDirectory(bound));
          return null;
        });
  }

  /** Removes its files, after it was closed or could not be opened. */
  public Future<Void> remove() {
    return runBlocking(
        () -> {
          if (fileKey != null && fileKey.equals(fileKey(path))) {
            Files.delete(path);
          }
          if (bindPath != null) {
            Files.deleteIfExists(bindPath());
            Files.deleteIfExists(bindDirectory(bindPath()));
          }
          return null;
        });
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private Path bindPath() {
    return requireNonNull(bindPath, "not prepared");
  }

  private static Path bindDirectory(Path bound) {
    return requireNonNull(bound.getParent());
  }

  private Future<Void> runBlocking(Callable<Void> files) {
    return vertx
        .executeBlocking(files, false)
        .recover(cause -> Future.failedFuture(new Listeners.ListenException(KEY, this, cause)));
  }

  private static void requireFree(Path path) throws IOException {
    if (!Files.exists(path, NOFOLLOW_LINKS)) {
      return;
    }
    if ((mode(path, NOFOLLOW_LINKS) & FILE_TYPE_MASK) != SOCKET_TYPE) {
      throw new IOException("the path exists and is not a socket");
    }
    if (hasListener(path)) {
      throw new IOException("another process listens on it");
    }
  }

  /** Throws on any failure but a refused connection, since a process may still listen there. */
  private static boolean hasListener(Path path) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false); // A full queue of connections would block.
      channel.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException connectionRefused) {
      return false;
    }
  }

  /** Returns true if the directory is writable, and other users cannot remove the file. */
  private static boolean isSafe(Path directory) {
    try {
      var mode = mode(directory);
      return Files.isDirectory(directory)
          && Files.isWritable(directory)
          && ((mode & GROUP_OR_OTHERS_WRITE) == 0 || (mode & STICKY_BIT) != 0);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // It does not exist, or has no modes.
    }
  }

  private static int mode(Path path, LinkOption... options) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode", options);
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.exists(path, NOFOLLOW_LINKS)
        ? Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey()
        : null;
  }
}
