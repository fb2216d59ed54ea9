package io.muster.collector.heartbeat.spool;

import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Excludes a second process from a spool directory. The system releases the lock when the process
 * ends.
 */
final class SpoolLock implements AutoCloseable {
  private final FileChannel channel;

  private SpoolLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Acquires the lock; creates the directory if it is missing, and closes it to other users. */
  static SpoolLock acquire(Path directory) throws IOException {
    var channel = open(directory);
    try {
      if (channel.tryLock() != null) {
        return new SpoolLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("spool directory " + directory + " is in use by this process", e);
    }
    channel.close();
    throw new IOException("spool directory " + directory + " is in use by another process");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static FileChannel open(Path directory) throws IOException {
    try {
      PrivateDirectory.createOrRestrict(directory);
      return PrivateFile.open(
          directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException("spool directory " + directory + " is not writable: " + e, e);
    }
  }
}
