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
 * One frame in one include set, in every form that somebody asked for. Each form is made once and
 * shared by everybody; nobody may change it. Any thread may ask; of two that ask in the same moment
 * both may make it.
 */
public final class FrameBytes {
  private static final byte[] EVENT_END = {'\n', '\n'};

  private final Instant at;
  private final byte[] json;
  private final AtomicReferenceArray<SharedBody> bodies = new AtomicReferenceArray<>(2);
  private final AtomicReferenceArray<SharedChunk> events = new AtomicReferenceArray<>(4);

  FrameBytes(Instant at, byte[] json) {
    this.at = at;
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
    var header = ("event: snapshot\nid: " + idFormat.format(at) + "\ndata: ").getBytes(UTF_8);
    var event = new ByteArrayOutputStream(header.length + json.length + EVENT_END.length);
    event.writeBytes(header);
    event.writeBytes(json);
    event.writeBytes(EVENT_END);
    return event.toByteArray();
  }

  private static <T> T getOrCreate(AtomicReferenceArray<T> cache, int index, Supplier<T> supplier) {
    var known = cache.get(index);
    if (known == null) {
      known = supplier.get();
      cache.set(index, known);
    }
    return known;
  }

  /** What stands in the id of an event. */
  public enum EventIdFormat {
    /** The time stamp of the frame, whole seconds, as all-smi has it. */
    TIMESTAMP,
    /** The instant of the frame in microseconds: what a replay can go on from. */
    INSTANT;

    private String format(Instant at) {
      return switch (this) {
        case TIMESTAMP -> WireTime.utcSeconds(at);
        case INSTANT -> WireTime.utcMicros(at);
      };
    }
  }
}
