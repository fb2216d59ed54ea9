package io.muster.collector.heartbeat.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The file with the acknowledged position: all heartbeats with a number below it are acknowledged.
 * If the file is missing or outdated, some heartbeats are sent again.
 *
 * <pre>
 * i64 number | i32 CRC-32C of it
 * </pre>
 */
final class SpoolCursor {
  private static final int BYTES = Long.BYTES + Integer.BYTES;

  private final Path file;
  private final SpoolDisk disk;

  SpoolCursor(Path directory, SpoolDisk disk) {
    this.file = directory.resolve("cursor");
    this.disk = disk;
  }

  /**
   * The number of the first heartbeat that is not acknowledged; 0 if the file is missing, damaged
   * or not readable.
   */
  long read() {
    try {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return bytes.remaining() == BYTES && bytes.getInt(Long.BYTES) == checksum(bytes.getLong(0))
          ? bytes.getLong(0)
          : 0;
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /**
   * Writes without syncing, which would slow down each write: the loss of the file only causes
   * duplicates.
   */
  void write(long number) throws IOException {
    var bytes = ByteBuffer.allocate(BYTES).putLong(0, number);
    bytes.putInt(Long.BYTES, checksum(number));
    disk.replace(file, bytes.array());
  }

  private static int checksum(long number) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    return (int) crc.getValue();
  }
}
