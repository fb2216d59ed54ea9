package io.muster.runtime.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;

/**
 * A file of mode 0600; one that exists keeps its mode. A symbolic link in its place is an error.
 */
public final class PrivateFile {
  private static final OpenOption[] REPLACE = {CREATE, WRITE, TRUNCATE_EXISTING};

  private PrivateFile() {}

  /** Opens the file, as {@link FileChannel#open(Path, OpenOption...)} does. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    if (Files.isSymbolicLink(file)) { // NOFOLLOW_LINKS alone does not name the file.
      throw new FileSystemException(
          file.toString(), null, file.getFileName() + " is a symbolic link");
    }
    var allOptions = new HashSet<>(List.of(options));
    allOptions.add(NOFOLLOW_LINKS);
    return FileChannel.open(
        file,
        allOptions,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /**
   * Writes the bytes, as {@link Files#write(Path, byte[], OpenOption...)} does: without options,
   * into a new file or in place of the content of an existing one.
   */
  public static void write(Path file, byte[] bytes, OpenOption... options) throws IOException {
    try (var channel = open(file, options.length == 0 ? REPLACE : options)) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
  }
}
