package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that this process alone works in, by a lock on a file in it. What root makes in it
 * belongs to the directory's owner, so that its owner can start the program later.
 */
final class LockedDataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "muster.lock";

  /** What PostgreSQL's start script would take for shell syntax. */
  private static final String FORBIDDEN_CHARACTERS = "\"$`\\\n";

  /** Closing any channel of a file drops the process's locks on it, so a second try never opens. */
  private static final Set<Path> LOCKED_PATHS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lockFile;
  private final FileOwner owner;

  private LockedDataDirectory(Path path, FileChannel lockFile, FileOwner owner) {
    this.path = path;
    this.lockFile = lockFile;
    this.owner = owner;
  }

  /** Makes the directory if need be and takes it. Fails with a refusal when it cannot be had. */
  static LockedDataDirectory open(Path directory) throws IOException {
    requirePlainPath(directory);
    try {
      create(directory);
      return lock(directory.toRealPath());
    } catch (FileSystemException e) {
      throw new PostgresSetupException(
          "cannot write in "
              + directory
              + " ("
              + reason(e)
              + "); give a directory that user "
              + System.getProperty("user.name")
              + " can write (--data), or change its permissions",
          e);
    }
  }

  /** Absolute, without links. */
  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * Writes a small file that only its owner can read, all or nothing.
   *
   * @param target in this directory or below it
   */
  void write(Path target, String text, FileOwner owner) throws IOException {
    var temporary = path.resolve(target.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    try (var file = FileChannel.open(temporary, Set.of(CREATE_NEW, WRITE), ownerOnly)) {
      file.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      file.force(true);
    }
    owner.assignTo(temporary);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Who owns what this program makes in it: whoever runs it, but the directory's owner for root.
   */
  FileOwner owner() {
    return owner;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
    LOCKED_PATHS.remove(path);
  }

  private static void create(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(directory);
    if (FileOwner.of(directory).isRoot()) {
      // The server runs as another user, who must be able to pass.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void requirePlainPath(Path path) throws PostgresSetupException {
    if (path.toString()
        .chars()
        .anyMatch(character -> FORBIDDEN_CHARACTERS.indexOf(character) >= 0)) {
      throw new PostgresSetupException(
          path + " has one of \" $ ` \\ in its name; choose another one (--data)");
    }
  }

  private static LockedDataDirectory lock(Path path) throws IOException {
    requirePlainPath(path); // It may have been reached by a link.
    if (!LOCKED_PATHS.add(path)) {
      throw inUseException(path, String.valueOf(ProcessHandle.current().pid()));
    }
    var file = path.resolve(LOCK_FILE);
    try {
      var channel = FileChannel.open(file, CREATE, READ, WRITE);
      var lock = channel.tryLock();
      return initialize(path, channel, lock);
    } catch (IOException e) {
      LOCKED_PATHS.remove(path);
      throw e;
    }
  }

  private static LockedDataDirectory initialize(
      Path path, FileChannel channel, @Nullable FileLock lock) throws IOException {
    if (lock == null) {
      var holderPid = Files.readString(path.resolve(LOCK_FILE)).strip();
      channel.close();
      throw inUseException(path, holderPid);
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
    var owner = findOwner(path);
    owner.assignTo(path.resolve(LOCK_FILE));
    return new LockedDataDirectory(path, channel, owner);
  }

  private static FileOwner findOwner(Path path) throws IOException {
    var probe = Files.createTempFile(path, "muster-", ".probe");
    var self = FileOwner.of(probe);
    Files.delete(probe);
    return self.isRoot() ? FileOwner.of(path) : self;
  }

  private static PostgresSetupException inUseException(Path path, String pid) {
    return new PostgresSetupException(
        path + " is in use by another Muster (pid " + pid + "); stop it, or give another (--data)");
  }

  private static String reason(FileSystemException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return failure.getFile() + " is a file";
    }
    return failure.getReason() == null ? failure.toString() : failure.getReason();
  }
}
