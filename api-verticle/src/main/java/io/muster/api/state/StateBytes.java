package io.muster.api.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.stream.SharedChunk;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a fleet state or of a change, in each requested format. Each format is rendered once
 * and shared; its bytes must not be changed. Safe for use by any thread; two concurrent first
 * requests may both render it.
 */
public final class StateBytes {
  private static final byte[] EVENT_END = {'\n', '\n'};

  private final String eventName;
  private final StatePosition position;
  private final byte[] json;
  private volatile @Nullable SharedChunk event;
  private volatile @Nullable SharedChunk compressedEvent;

  StateBytes(String eventName, StatePosition position, byte[] json) {
    this.eventName = eventName;
    this.position = position;
    this.json = json;
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
    var header = ("event: " + eventName + "\nid: " + position + "\ndata: ").getBytes(UTF_8);
    var bytes = new ByteArrayOutputStream(header.length + json.length + EVENT_END.length);
    bytes.writeBytes(header);
    bytes.writeBytes(json);
    bytes.writeBytes(EVENT_END);
    return bytes.toByteArray();
  }
}
