package io.muster.api.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Deflater;

/**
 * The part of a gzip stream that belongs to one subscriber: its header, and the checksum in its
 * trailer. Everything between them is shared: each chunk is compressed once, refers to nothing
 * before it and ends at a byte boundary (a sync flush), so that chunks can follow each other in any
 * stream (RFC 1951, 1952). Confined to the event loop of its connection.
 */
final class GzipStream {
  /** Magic, deflate, no flags, no time, no hints, system unknown. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  /** An empty last block with fixed codes. */
  private static final byte[] LAST_BLOCK = {3, 0};

  private int crc;
  private long length;

  static SharedChunk header() {
    return SharedChunk.of(HEADER);
  }

  /** Adds a chunk to the checksum. */
  void add(SharedChunk chunk) {
    crc = chunk.checksum().crcAfter(crc);
    length += chunk.checksum().length();
  }

  SharedChunk trailer() {
    var trailer = ByteBuffer.allocate(LAST_BLOCK.length + 8).order(ByteOrder.LITTLE_ENDIAN);
    trailer.put(LAST_BLOCK).putInt(crc).putInt((int) length);
    return SharedChunk.of(trailer.array());
  }

  static byte[] deflate(byte[] bytes, int from, int length) {
    var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(bytes, from, length);
      var block = new ByteArrayOutputStream(length / 4 + 64);
      var buffer = new byte[8192];
      int written;
      do {
        written = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        block.write(buffer, 0, written);
      } while (written == buffer.length);
      return block.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
