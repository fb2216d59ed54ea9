package io.muster.api.content;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;

/**
 * The gzip form of one long body, part by part: each part that is added can be decompressed as soon
 * as it arrives. Must be finished or closed, since it occupies memory outside of the heap. Confined
 * to one event loop.
 */
public final class GzipEncoder implements AutoCloseable {
  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
  private final Gzip.LeveledStream gzip;

  public GzipEncoder() {
    try {
      gzip = new Gzip.LeveledStream(encoded, Deflater.BEST_SPEED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the form of the next part. */
  public Buffer add(Buffer part) {
    try {
      gzip.write(part.getBytes());
      gzip.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return takeEncoded();
  }

  /** Returns the form of the last part, and closes the encoder. */
  public Buffer finish(Buffer part) {
    try {
      gzip.write(part.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
    return takeEncoded();
  }

  @Override
  public void close() {
    try {
      gzip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Buffer takeEncoded() {
    var bytes = Buffer.buffer(encoded.toByteArray());
    encoded.reset();
    return bytes;
  }
}
