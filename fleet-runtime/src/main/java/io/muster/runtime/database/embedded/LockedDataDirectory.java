package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The data directory, used exclusively by this process by means of a lock on a file in it. Files
 * that root creates in it belong to the directory's owner, who can thus start the program later. An
 * instance is used by one thread at a time; {@link #open} is safe for use by any thread.
 */
final class LockedDataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "muster.lock";

  /** Characters that PostgreSQL's start script would interpret as shell syntax. */
  private static final String FORBIDDEN_CHARACTERS = "\"$`\\\n";

  /**
   * Paths locked by this process. A second attempt must not open the lock file, because closing any
   * channel of a file releases the process's locks on it.
   */
  private static final Set<Path> LOCKED_PATHS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lockFile;
  private final FileOwner owner;

  private LockedDataDirectory(Path path, FileChannel lockFile, FileOwner owner) {
    this.path = path;
    this.lockFile = lockFile;
    this.owner = owner;
  }

  /**
   * Creates the directory if necessary and locks it. Fails with a {@link PostgresSetupException} if
   * that is impossible.
   */
  static LockedDataDirectory open(Path directory) throws IOException {
    requirePlainPath(directory);
    try {
      PrivateDirectory.create(directory);
      return lock(directory.toRealPath());
    } catch (FileSystemException e) {
      throw new PostgresSetupException(
          "cannot write in "
              + directory
              + " ("
              + reason(e)
              + "); set a directory that user "
              + System.getProperty("user.name")
              + " can write (--data), or change its permissions",
          e);
    }
  }

  /** The absolute path without symbolic links. */
  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * Writes a small file atomically; only its owner can read it.
   *
   * @param target in this directory or below it
   */
  void write(Path target, String text, FileOwner owner) throws IOException {
    var temporary = path.resolve(target.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    PrivateFile.write(temporary, text.getBytes(UTF_8), CREATE_NEW, WRITE, SYNC);
    owner.assignTo(temporary);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The owner of the files that this program creates in it: the user of the process, or the
   * directory's owner if that is root.
   */
  FileOwner owner() {
    return owner;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
    LOCKED_PATHS.remove(path);
  }

  private static void requirePlainPath(Path path) throws PostgresSetupException {
    if (path.toString()
        .chars()
        .anyMatch(character -> FORBIDDEN_CHARACTERS.indexOf(character) >= 0)) {
      throw new PostgresSetupException(
          path + " contains one of \" $ ` \\; set another directory (--data)");
    }
  }

  private static LockedDataDirectory lock(Path path) throws IOException {
    requirePlainPath(path); // The path may have been a link.
    if (!LOCKED_PATHS.add(path)) {
      throw inUseException(path, String.valueOf(ProcessHandle.current().pid()));
    }
    var file = path.resolve(LOCK_FILE);
    try {
      var channel = PrivateFile.open(file, CREATE, READ, WRITE);
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
        path
            + " is in use by another Muster (pid "
            + pid
            + "); stop it, or set another directory (--data)");
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
