package io.muster.schema.json;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.ResolvableSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** Writes a record with {@link Flat} components. Safe for use by any thread. */
final class FlatRecordSerializer extends StdSerializer<Object> implements ResolvableSerializer {
  private final JsonSerializer<Object> ownSerializer;
  private final List<String> firstKeys;
  private List<BeanPropertyWriter> flatComponents = List.of();
  private List<FlatKey> keys = List.of();

  /**
   * Creates a serializer.
   *
   * @param firstKeys keys that are written in this order, before all others
   */
  private FlatRecordSerializer(JsonSerializer<Object> ownSerializer, List<String> firstKeys) {
    super(ownSerializer.handledType());
    this.ownSerializer = ownSerializer;
    this.firstKeys = firstKeys;
  }

  @Override
  public void resolve(SerializerProvider provider) throws JsonMappingException {
    ((ResolvableSerializer) ownSerializer).resolve(provider);
    var foundComponents = new ArrayList<BeanPropertyWriter>();
    var foundKeys = new ArrayList<FlatKey>();
    for (var own = ownSerializer.properties(); own.hasNext(); ) {
      var component = (BeanPropertyWriter) own.next();
      if (component.getAnnotation(Flat.class) == null) {
        foundKeys.add(new FlatKey(0, component));
      } else {
        foundComponents.add(component);
        int part = foundComponents.size();
        provider
            .findValueSerializer(component.getType(), component)
            .properties()
            .forEachRemaining(writer -> foundKeys.add(new FlatKey(part, writer)));
      }
    }
    foundKeys.sort(Comparator.comparingInt(this::position).thenComparing(FlatKey::name));
    flatComponents = List.copyOf(foundComponents);
    keys = List.copyOf(foundKeys);
  }

  @Override
  public Iterator<PropertyWriter> properties() {
    throw new IllegalStateException(handledType() + ": a flat component must not have one itself");
  }

  @Override
  public void serialize(Object value, JsonGenerator json, SerializerProvider provider)
      throws IOException {
    json.writeStartObject(value);
    try {
      var parts = parts(value);
      for (var key : keys) {
        key.writer().serializeAsField(parts[key.part()], json, provider);
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw JsonMappingException.from(json, "component not readable", e);
    }
    json.writeEndObject();
  }

  private int position(FlatKey key) {
    var position = firstKeys.indexOf(key.name());
    return position < 0 ? firstKeys.size() : position;
  }

  /** Returns the record itself, then its flat components. */
  private Object[] parts(Object value) throws Exception {
    var parts = new Object[1 + flatComponents.size()];
    parts[0] = value;
    for (int i = 1; i < parts.length; i++) {
      parts[i] = flatComponents.get(i - 1).get(value);
    }
    return parts;
  }

  /**
   * A key of the object.
   *
   * @param part index of the part that it belongs to
   */
  private record FlatKey(int part, PropertyWriter writer) {
    String name() {
      return writer.getName();
    }
  }

  /** Replaces the serializers of the records that have flat components. */
  static final class SerializerReplacement extends BeanSerializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    @SuppressWarnings("unchecked")
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription type, JsonSerializer<?> serializer) {
      if (type.findProperties().stream().noneMatch(FlatRecordDeserializer::isFlat)) {
        return serializer;
      }
      var order = type.getClassAnnotations().get(JsonPropertyOrder.class);
      return new FlatRecordSerializer(
          (JsonSerializer<Object>) serializer, order == null ? List.of() : List.of(order.value()));
    }
  }
}
