package io.muster.schema.json;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The numbers that stand for "not reported" in the JSON that is compatible with all-smi. They exist
 * on the wire only: the record component is empty. A sentinel is read back as empty; hence a
 * measured 0 in a {@link Zero} component is read back as empty.
 */
public final class Sentinel {
  private Sentinel() {}

  /** An empty {@link OptionalDouble} is written as {@code -1.0}. */
  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = MinusOneSerializer.class)
  @JsonDeserialize(using = MinusOneDeserializer.class)
  public @interface MinusOne {}

  /** An empty {@link OptionalLong} is written as {@code 0}. */
  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = ZeroSerializer.class)
  @JsonDeserialize(using = ZeroDeserializer.class)
  public @interface Zero {}

  /** An empty {@link OptionalDouble} is written as {@code 0.0}. */
  @Retention(RetentionPolicy.RUNTIME)
  @JacksonAnnotationsInside
  @JsonSerialize(using = ZeroPointZeroSerializer.class)
  @JsonDeserialize(using = ZeroPointZeroDeserializer.class)
  public @interface ZeroPointZero {}

  private abstract static class SentinelDoubleSerializer extends StdSerializer<OptionalDouble> {
    private final double sentinel;

    SentinelDoubleSerializer(double sentinel) {
      super(OptionalDouble.class);
      this.sentinel = sentinel;
    }

    @Override
    public void serialize(OptionalDouble value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      WireJson.writeDouble(value.orElse(sentinel), json);
    }
  }

  private abstract static class SentinelDoubleDeserializer extends StdDeserializer<OptionalDouble> {
    private final double sentinel;

    SentinelDoubleDeserializer(double sentinel) {
      super(OptionalDouble.class);
      this.sentinel = sentinel;
    }

    @Override
    public OptionalDouble deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      var value = json.getDoubleValue();
      return value == sentinel ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    @Override
    public OptionalDouble getNullValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }

    @Override
    public OptionalDouble getAbsentValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }
  }

  private static final class MinusOneSerializer extends SentinelDoubleSerializer {
    MinusOneSerializer() {
      super(-1);
    }
  }

  private static final class MinusOneDeserializer extends SentinelDoubleDeserializer {
    MinusOneDeserializer() {
      super(-1);
    }
  }

  private static final class ZeroPointZeroSerializer extends SentinelDoubleSerializer {
    ZeroPointZeroSerializer() {
      super(0);
    }
  }

  private static final class ZeroPointZeroDeserializer extends SentinelDoubleDeserializer {
    ZeroPointZeroDeserializer() {
      super(0);
    }
  }

  private static final class ZeroSerializer extends StdSerializer<OptionalLong> {
    ZeroSerializer() {
      super(OptionalLong.class);
    }

    @Override
    public void serialize(OptionalLong value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeNumber(value.orElse(0));
    }
  }

  private static final class ZeroDeserializer extends StdDeserializer<OptionalLong> {
    ZeroDeserializer() {
      super(OptionalLong.class);
    }

    @Override
    public OptionalLong deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      var value = json.getLongValue();
      return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @Override
    public OptionalLong getNullValue(DeserializationContext context) {
      return OptionalLong.empty();
    }

    @Override
    public OptionalLong getAbsentValue(DeserializationContext context) {
      return OptionalLong.empty();
    }
  }
}
