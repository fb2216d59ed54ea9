package io.muster.runtime.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;

/**
 * The new content of a regular file, which replaces the file at once when it is complete; until
 * then the file stays as it is. A new file has mode 0600, one that exists keeps its mode and its
 * owner. Confined to one thread.
 */
public final class FileReplacement implements Closeable {
  private final Path file;
  private final Path directory;
  private final Path temporary;
  private final FileChannel channel;

  private FileReplacement(Path file, Path directory) throws IOException {
    this.file = file;
    this.directory = directory;
    this.temporary = Files.createTempFile(directory, ".muster-", ".tmp");
    temporary.toFile().deleteOnExit(); // A signal may end the process first.
    this.channel = FileChannel.open(temporary, WRITE);
  }

  /**
   * Begins with an empty content, in a temporary file of the same directory. Empty if the file can
   * only be written in place: a pipe, a device, or a file whose directory or owner this user cannot
   * change.
   */
  public static Optional<FileReplacement> open(Path file) throws IOException {
    var directory = requireNonNull(file.toAbsolutePath().getParent());
    if (Files.notExists(file, NOFOLLOW_LINKS)) {
      return Optional.of(new FileReplacement(file, directory));
    }
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)
        || !Files.isWritable(file)
        || !Files.isWritable(directory)) {
      return Optional.empty();
    }
    var replacement = new FileReplacement(file, directory);
    try {
      replacement.copyAttributes();
      return Optional.of(replacement);
    } catch (FileSystemException otherOwner) {
      replacement.close();
      return Optional.empty();
    }
  }

  /** Returns the stream of the new content. */
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  /** Replaces the file by what was written, durably. */
  public void complete() throws IOException {
    channel.force(true);
    Files.move(temporary, file, ATOMIC_MOVE);
    PrivateDirectory.sync(directory);
  }

  /** Deletes what was written, unless it is complete. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }

  private void copyAttributes() throws IOException {
    var former = attributes(file).readAttributes();
    var own = attributes(temporary);
    own.setGroup(former.group());
    own.setOwner(former.owner());
    own.setPermissions(former.permissions());
  }

  private static PosixFileAttributeView attributes(Path path) {
    return requireNonNull(Files.getFileAttributeView(path, PosixFileAttributeView.class));
  }
}
