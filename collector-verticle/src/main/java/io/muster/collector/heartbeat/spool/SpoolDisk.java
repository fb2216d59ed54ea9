package io.muster.collector.heartbeat.spool;

import static java.util.Objects.requireNonNull;

import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The write operations of a spool. Tests replace it by a disk that fills up. */
public interface SpoolDisk {
  /** The disk of this machine. */
  SpoolDisk LOCAL = new LocalDisk();

  /** Opens a file for appending; creates it, durably, if it does not exist. */
  Appender open(Path file) throws IOException;

  /** Replaces the content of a small file, all or nothing. */
  void replace(Path file, byte[] content) throws IOException;

  /** A file that grows at its end. */
  interface Appender extends Closeable {
    /** Writes all bytes and returns when they are synced to disk. */
    void append(byte[] bytes) throws IOException;

    /** Truncates the file to a length. */
    void truncate(long length) throws IOException;
  }

  /** Files through {@link FileChannel}. */
  final class LocalDisk implements SpoolDisk {
    private LocalDisk() {}

    @Override
    public Appender open(Path file) throws IOException {
      var isNew = !Files.exists(file);
      var channel = PrivateFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      if (isNew) {
        PrivateDirectory.sync(requireNonNull(file.toAbsolutePath().getParent()));
      }
      return new ChannelAppender(channel);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      var temporary = file.resolveSibling(file.getFileName() + ".draft");
      PrivateFile.write(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Appends and syncs. */
  final class ChannelAppender implements Appender {
    private final FileChannel channel;

    private ChannelAppender(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(false);
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
