package io.muster.bus.transport;

import io.muster.schema.json.WireJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The argument or the result of a service call: within one JVM the object itself, which must not be
 * modified; between two JVMs its JSON. The rows of a page are JSON already. Safe for use by any
 * thread.
 */
final class ServiceMessage {
  /** Name of the codec of service messages. */
  static final String CODEC_NAME = "muster.parcel";

  private static final Logger log = LoggerFactory.getLogger(ServiceMessage.class);
  private static final int NOT_ENCODABLE = -1;

  private final @Nullable Object value;
  private final @Nullable Buffer json;

  private ServiceMessage(@Nullable Object value, @Nullable Buffer json) {
    this.value = value;
    this.json = json;
  }

  /** Creates a message to send. */
  static ServiceMessage of(@Nullable Object value) {
    return new ServiceMessage(value, null);
  }

  /** Returns the message in a received body, which may also be a buffer of JSON. */
  static ServiceMessage from(@Nullable Object body) {
    if (body instanceof ServiceMessage message) {
      return message;
    }
    if (body instanceof Buffer json) {
      return new ServiceMessage(null, json);
    }
    throw new IllegalArgumentException("not a buffer");
  }

  /** Registers the codec on the event bus of this node; only the first call has an effect. */
  static void registerCodec(Vertx vertx) {
    vertx
        .sharedData()
        .<String, String>getLocalMap(CODEC_NAME)
        .computeIfAbsent(
            CODEC_NAME,
            name -> {
              vertx.eventBus().registerCodec(new Codec());
              return name;
            });
  }

  /**
   * Returns the value. Throws {@link IllegalArgumentException} if the JSON does not fit the type.
   */
  @Nullable Object decode(Type type) {
    var encoded = json;
    if (encoded == null) {
      return value;
    }
    return encoded.length() == 0 ? null : WireJson.read(encoded.getBytes(), type);
  }

  /** Returns the JSON of the value; nothing for null. */
  Buffer toJson() {
    var encoded = json;
    if (encoded != null) {
      return encoded;
    }
    return value == null ? Buffer.buffer() : Buffer.buffer(WireJson.bytes(value));
  }

  /**
   * Layout: i32 length, then as many bytes of JSON; length 0 for null, -1 for a value that cannot
   * be encoded. Safe for use by any thread.
   */
  static final class Codec implements MessageCodec<ServiceMessage, ServiceMessage> {
    /**
     * Sends an unreadable message if the value cannot be encoded, so that the receiver does not
     * wait for the timeout.
     */
    @Override
    public void encodeToWire(Buffer wire, ServiceMessage message) {
      try {
        var json = message.toJson();
        wire.appendInt(json.length()).appendBuffer(json);
      } catch (IllegalArgumentException e) {
        log.error("service message is not encodable", e);
        wire.appendInt(NOT_ENCODABLE);
      }
    }

    @Override
    public ServiceMessage decodeFromWire(int position, Buffer wire) {
      var length = wire.getInt(position);
      if (length == NOT_ENCODABLE) {
        return ServiceMessage.from(Buffer.buffer("not encodable"));
      }
      var start = position + Integer.BYTES;
      // Vert.x allocates the bytes before it compares the length.
      Objects.checkFromIndexSize(start, length, wire.length());
      return ServiceMessage.from(wire.getBuffer(start, start + length));
    }

    @Override
    public ServiceMessage transform(ServiceMessage message) {
      return message;
    }

    @Override
    public String name() {
      return CODEC_NAME;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
