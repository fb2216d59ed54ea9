package io.muster.bus.service;

import io.muster.schema.json.WireJson;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The argument or the result of a service: within one JVM the object itself, which nobody may
 * change; between two its JSON. Any thread may use it.
 */
final class Parcel {
  /** Name of the codec that parcels travel by. */
  static final String CODEC = "muster.parcel";

  private static final Logger log = LoggerFactory.getLogger(Parcel.class);
  private static final int NOT_ENCODABLE = -1;

  private final @Nullable Object content;
  private final @Nullable Buffer json;

  private Parcel(@Nullable Object content, @Nullable Buffer json) {
    this.content = content;
    this.json = json;
  }

  /** A parcel to send. */
  static Parcel of(@Nullable Object content) {
    return new Parcel(content, null);
  }

  /** A parcel that came; JSON in a buffer is one too. */
  static Parcel from(@Nullable Object body) {
    if (body instanceof Parcel parcel) {
      return parcel;
    }
    if (body instanceof Buffer json) {
      return new Parcel(null, json);
    }
    throw new IllegalArgumentException("no buffer");
  }

  /** Lets parcels travel on the bus of this node; only the first call of a node does something. */
  static void register(Vertx vertx) {
    vertx
        .sharedData()
        .<String, String>getLocalMap(CODEC)
        .computeIfAbsent(
            CODEC,
            name -> {
              vertx.eventBus().registerCodec(new Codec());
              return name;
            });
  }

  /** Throws {@link IllegalArgumentException} when the JSON does not fit the type. */
  @Nullable Object open(Type type) {
    var came = json;
    if (came == null) {
      return content;
    }
    return came.length() == 0 ? null : WireJson.read(came.getBytes(), type);
  }

  private Buffer json() {
    var came = json;
    if (came != null) {
      return came;
    }
    return content == null ? Buffer.buffer() : Buffer.buffer(WireJson.bytes(content));
  }

  /** i32 length, then so many bytes of JSON; 0 for nothing, -1 for what cannot be encoded. */
  static final class Codec implements MessageCodec<Parcel, Parcel> {
    /** The other side must not wait in vain: it gets a parcel that it cannot read. */
    @Override
    public void encodeToWire(Buffer wire, Parcel parcel) {
      try {
        var json = parcel.json();
        wire.appendInt(json.length()).appendBuffer(json);
      } catch (IllegalArgumentException e) {
        log.error("parcel is not encodable", e);
        wire.appendInt(NOT_ENCODABLE);
      }
    }

    @Override
    public Parcel decodeFromWire(int position, Buffer wire) {
      var length = wire.getInt(position);
      var start = position + Integer.BYTES;
      return length == NOT_ENCODABLE
          ? Parcel.from(Buffer.buffer("not encodable"))
          : Parcel.from(wire.getBuffer(start, start + length));
    }

    @Override
    public Parcel transform(Parcel parcel) {
      return parcel;
    }

    @Override
    public String name() {
      return CODEC;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
