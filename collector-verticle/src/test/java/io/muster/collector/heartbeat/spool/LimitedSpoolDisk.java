package io.muster.collector.heartbeat.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk with limited space, which writes only a part of the bytes when it is full, as real disks
 * do. It syncs nothing, which makes tests fast.
 */
public final class LimitedSpoolDisk implements SpoolDisk {
  private final AtomicLong freeBytes;

  public LimitedSpoolDisk(long freeBytes) {
    this.freeBytes = new AtomicLong(freeBytes);
  }

  public void setFreeBytes(long bytes) {
    freeBytes.set(bytes);
  }

  @Override
  public Appender open(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return new Appender() {
      @Override
      public void append(byte[] bytes) throws IOException {
        var writableBytes = (int) Math.min(freeBytes.get(), bytes.length);
        channel.write(ByteBuffer.wrap(bytes, 0, writableBytes));
        freeBytes.addAndGet(-writableBytes);
        if (writableBytes < bytes.length) {
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void truncate(long length) throws IOException {
        channel.truncate(length);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public void replace(Path file, byte[] content) throws IOException {
    if (freeBytes.get() < content.length) {
      throw new IOException("No space left on device");
    }
    LOCAL.replace(file, content);
  }
}
