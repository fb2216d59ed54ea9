package io.muster.collector.heartbeat.spool;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writes of a spool. A seam: tests put a disk here that fills up. */
public interface SpoolDisk {
  /** The disk of this machine. */
  SpoolDisk LOCAL = new LocalDisk();

  /** Opens a file to append to it; makes it, durably, when there is none. */
  Appender open(Path file) throws IOException;

  /** Replaces the content of a small file, all or nothing. */
  void replace(Path file, byte[] content) throws IOException;

  /** A file that grows at its end. */
  interface Appender extends Closeable {
    /** Writes all bytes and returns when they are on the medium. */
    void append(byte[] bytes) throws IOException;

    /** Cuts the file to a length. */
    void truncate(long length) throws IOException;
  }

  /** Files through {@link FileChannel}. */
  final class LocalDisk implements SpoolDisk {
    private static final Logger log = LoggerFactory.getLogger(LocalDisk.class);

    private LocalDisk() {}

    @Override
    public Appender open(Path file) throws IOException {
      var isNew = !Files.exists(file);
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      if (isNew) {
        forceDirectory(requireNonNull(file.toAbsolutePath().getParent()));
      }
      return new ChannelAppender(channel);
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
      var draft = file.resolveSibling(file.getFileName() + ".draft");
      Files.write(draft, content);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the name of a new file durable; some systems cannot, and do it by themselves. */
    private static void forceDirectory(Path directory) {
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        log.debug("directory cannot be forced path={} reason={}", directory, e.getMessage());
      }
    }
  }

  /** Appends and forces. */
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
