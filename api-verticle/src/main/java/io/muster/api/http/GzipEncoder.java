package io.muster.api.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The gzip form of one long body, part by part: each part that is added can be decompressed as soon
 * as it arrives. Must be finished or closed, since it occupies memory outside of the heap. Confined
 * to one event loop.
 */
public final class GzipEncoder implements AutoCloseable {
  /** Magic, deflate, no flags, no time, no hints, system unknown. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 checksum = new CRC32();
  private final byte[] block = new byte[8192];
  private boolean started;

  /** Returns the form of the next part. */
  public Buffer add(Buffer part) {
    return encode(part, Deflater.SYNC_FLUSH);
  }

  /** Returns the form of the last part, and closes the encoder. */
  public Buffer finish(Buffer part) {
    deflater.finish();
    var encoded =
        encode(part, Deflater.NO_FLUSH)
            .appendIntLE((int) checksum.getValue())
            .appendIntLE((int) deflater.getBytesRead());
    close();
    return encoded;
  }

  @Override
  public void close() {
    deflater.end();
  }

  private Buffer encode(Buffer part, int flush) {
    var bytes = part.getBytes();
    checksum.update(bytes);
    deflater.setInput(bytes);
    var encoded = new ByteArrayOutputStream(bytes.length / 4 + 64);
    if (!started) {
      started = true;
      encoded.writeBytes(HEADER);
    }
    int written;
    do {
      written = deflater.deflate(block, 0, block.length, flush);
      encoded.write(block, 0, written);
    } while (written == block.length);
    return Buffer.buffer(encoded.toByteArray());
  }
}
