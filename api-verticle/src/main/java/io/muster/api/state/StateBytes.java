package io.muster.api.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.stream.SharedChunk;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a fleet state, of a change, or of a fleet event, in each requested format. Each
 * format is rendered once and shared; its bytes must not be changed. Safe for use by any thread;
 * two concurrent first requests may both render it.
 */
public final class StateBytes {
  private static final byte[] EVENT_END = {'\n', '\n'};

  private final String eventName;
  private final Optional<StatePosition> position;
  private final byte[] json;
  private volatile @Nullable SharedChunk event;
  private volatile @Nullable SharedChunk compressedEvent;

  StateBytes(String eventName, Optional<StatePosition> position, byte[] json) {
    this.eventName = eventName;
    this.position = position;
    this.json = json;
  }

  /** Returns the bytes of a message that is not a part of the stream of states. */
  public static StateBytes withoutPosition(String eventName, byte[] json) {
    return new StateBytes(eventName, Optional.empty(), json);
  }

  /** The JSON object. */
  public byte[] json() {
    return json;
  }

  /** The server-sent event, for a plain or for a compressed stream. */
  public SharedChunk event(boolean compressed) {
    return compressed ? compressedEvent() : plainEvent();
  }

  private SharedChunk plainEvent() {
    var chunk = event;
    if (chunk == null) {
      chunk = SharedChunk.of(encodeEvent());
      event = chunk;
    }
    return chunk;
  }

  private SharedChunk compressedEvent() {
    var chunk = compressedEvent;
    if (chunk == null) {
      chunk = plainEvent().compressed();
      compressedEvent = chunk;
    }
    return chunk;
  }

  private byte[] encodeEvent() {
    var id = position.map(known -> "\nid: " + known).orElse("");
    var header = ("event: " + eventName + id + "\ndata: ").getBytes(UTF_8);
    var bytes = new ByteArrayOutputStream(header.length + json.length + EVENT_END.length);
    bytes.writeBytes(header);
    bytes.writeBytes(json);
    bytes.writeBytes(EVENT_END);
    return bytes.toByteArray();
  }
}
