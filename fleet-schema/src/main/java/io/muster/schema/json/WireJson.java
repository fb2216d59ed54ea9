package io.muster.schema.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.util.OptionalDouble;

/**
 * The one mapper between records and JSON. Keys are record components in snake_case and in
 * alphabetical order; an empty {@code Optional*} is {@code null}, or is left out if annotated
 * {@code @JsonInclude(NON_EMPTY)}; doubles are plain decimals with a fraction, and a double that is
 * not finite is {@code null}. On reading, unknown keys are ignored, so that a newer writer may add
 * keys; a missing or null text, list or record is rejected, so that no record contains a null. The
 * parts of a record that are annotated {@link Flat} have no object of their own.
 */
public final class WireJson {
  private static final ObjectMapper MAPPER = builder(new JsonFactory()).build();

  private static final DefaultPrettyPrinter PRETTY_PRINTER =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"))
          .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));

  private WireJson() {}

  /** Returns a builder of mappers with the rules of this class, over a factory of parsers. */
  static JsonMapper.Builder builder(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .addModule(new Jdk8Module())
        .addModule(wireModule());
  }

  /** Returns the value as compact UTF-8 JSON: one line, no trailing newline. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not encodable as JSON: " + value.getClass().getName(), e);
    }
  }

  /**
   * Reads a value. Throws {@link IllegalArgumentException} with the reason, and no other exception,
   * if the bytes are not JSON or do not fit the type. A bare {@code null} fits no type.
   */
  public static <T> T read(byte[] json, Class<T> type) {
    return type.cast(read(json, (Type) type));
  }

  /** Reads a value of a generic type. */
  @SuppressWarnings("unchecked") // the value has the type with which it was read
  public static <T> T read(byte[] json, TypeReference<T> type) {
    return (T) read(json, type.getType());
  }

  /** Reads a value of a type that is known by reflection only. */
  public static Object read(byte[] json, Type type) {
    try {
      var value = MAPPER.readValue(json, MAPPER.constructType(type));
      if (value == null) {
        throw new IllegalArgumentException("null: expected a value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      // Thrown for bytes that resemble UTF-16 or UTF-32 and are neither.
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the same JSON, indented by two spaces. */
  public static byte[] prettyPrint(byte[] json) {
    try {
      return MAPPER.writer(PRETTY_PRINTER).writeValueAsBytes(MAPPER.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON", e);
    }
  }

  private static SimpleModule wireModule() {
    return new SimpleModule()
        .setSerializerModifier(new FlatRecordSerializer.SerializerReplacement())
        .setDeserializerModifier(new FlatRecordDeserializer.DeserializerReplacement())
        .addSerializer(Double.class, new PlainDoubleSerializer())
        .addSerializer(double.class, new PlainDoubleSerializer())
        .addSerializer(OptionalDouble.class, new PlainOptionalDoubleSerializer());
  }

  /** Writes a plain decimal with a fraction; null if the number is not finite. */
  public static void writeDouble(double value, JsonGenerator json) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumber(PlainDecimal.withFraction(value));
    } else {
      json.writeNull();
    }
  }

  private static final class PlainDoubleSerializer extends StdSerializer<Double> {
    PlainDoubleSerializer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      writeDouble(value, json);
    }
  }

  private static final class PlainOptionalDoubleSerializer extends StdSerializer<OptionalDouble> {
    PlainOptionalDoubleSerializer() {
      super(OptionalDouble.class);
    }

    @Override
    public void serialize(OptionalDouble value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      writeDouble(value.orElse(Double.NaN), json);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, OptionalDouble value) {
      return value.isEmpty();
    }
  }
}
