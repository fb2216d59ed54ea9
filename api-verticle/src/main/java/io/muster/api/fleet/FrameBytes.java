package io.muster.api.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.SharedBody;
import io.muster.api.stream.SharedChunk;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * The bytes of one frame with one selection of sections, in each requested format. Each format is
 * rendered once and shared; its bytes must not be changed. Safe for use by any thread; two
 * concurrent first requests may both render it.
 */
public final class FrameBytes {
  private static final byte[] EVENT_END = {'\n', '\n'};

  private final Instant sampledAt;
  private final byte[] json;
  private final AtomicReferenceArray<SharedBody> bodies = new AtomicReferenceArray<>(2);
  private final AtomicReferenceArray<SharedChunk> events = new AtomicReferenceArray<>(4);

  FrameBytes(Instant sampledAt, byte[] json) {
    this.sampledAt = sampledAt;
    this.json = json;
  }

  /** The frame as one JSON object; {@code pretty} with line breaks and indents. */
  public SharedBody json(boolean pretty) {
    return getOrCreate(
        bodies, pretty ? 1 : 0, () -> new SharedBody(pretty ? WireJson.prettyPrint(json) : json));
  }

  /** The frame as one server-sent event, for a plain or for a compressed stream. */
  public SharedChunk event(EventIdFormat idFormat, boolean compressed) {
    return getOrCreate(
        events,
        (idFormat == EventIdFormat.INSTANT ? 2 : 0) + (compressed ? 1 : 0),
        () -> compressed ? event(idFormat, false).compressed() : SharedChunk.of(event(idFormat)));
  }

  private byte[] event(EventIdFormat idFormat) {
    var header =
        ("event: snapshot\nid: " + idFormat.format(sampledAt) + "\ndata: ").getBytes(UTF_8);
    var event = new ByteArrayOutputStream(header.length + json.length + EVENT_END.length);
    event.writeBytes(header);
    event.writeBytes(json);
    event.writeBytes(EVENT_END);
    return event.toByteArray();
  }

  private static <T> T getOrCreate(AtomicReferenceArray<T> cache, int index, Supplier<T> supplier) {
    var cached = cache.get(index);
    if (cached == null) {
      cached = supplier.get();
      cache.set(index, cached);
    }
    return cached;
  }

  /** The format of event ids. */
  public enum EventIdFormat {
    /** The timestamp of the frame in whole seconds, as in all-smi. */
    TIMESTAMP,
    /** The instant of the frame in microseconds, from which a replay can continue. */
    INSTANT;

    private String format(Instant sampledAt) {
      return switch (this) {
        case TIMESTAMP -> WireTime.utcSeconds(sampledAt);
        case INSTANT -> WireTime.utcMicros(sampledAt);
      };
    }
  }
}
