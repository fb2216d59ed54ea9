package io.muster.api.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.SharedBody;
import io.muster.api.stream.Packet;
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
  private final AtomicReferenceArray<Packet> events = new AtomicReferenceArray<>(4);

  FrameBytes(Instant at, byte[] json) {
    this.at = at;
    this.json = json;
  }

  /** The frame as one JSON object; {@code pretty} with line breaks and indents. */
  public SharedBody json(boolean pretty) {
    return made(
        bodies, pretty ? 1 : 0, () -> new SharedBody(pretty ? WireJson.prettyPrint(json) : json));
  }

  /** The frame as one server-sent event, for a plain or for a compressed stream. */
  public Packet event(EventId id, boolean compressed) {
    return made(
        events,
        (id == EventId.INSTANT ? 2 : 0) + (compressed ? 1 : 0),
        () -> compressed ? event(id, false).compressed() : Packet.of(event(id)));
  }

  private byte[] event(EventId id) {
    var head = ("event: snapshot\nid: " + id.of(at) + "\ndata: ").getBytes(UTF_8);
    var event = new ByteArrayOutputStream(head.length + json.length + EVENT_END.length);
    event.writeBytes(head);
    event.writeBytes(json);
    event.writeBytes(EVENT_END);
    return event.toByteArray();
  }

  private static <T> T made(AtomicReferenceArray<T> forms, int form, Supplier<T> maker) {
    var known = forms.get(form);
    if (known == null) {
      known = maker.get();
      forms.set(form, known);
    }
    return known;
  }

  /** What stands in the id of an event. */
  public enum EventId {
    /** The time stamp of the frame, whole seconds, as all-smi has it. */
    TIMESTAMP,
    /** The instant of the frame in microseconds: what a replay can go on from. */
    INSTANT;

    private String of(Instant at) {
      return switch (this) {
        case TIMESTAMP -> WireTime.utcSeconds(at);
        case INSTANT -> WireTime.utcMicros(at);
      };
    }
  }
}
