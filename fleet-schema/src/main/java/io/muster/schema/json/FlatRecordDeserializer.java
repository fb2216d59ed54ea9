package io.muster.schema.json;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.ResolvableDeserializer;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.impl.PropertyBasedCreator;
import com.fasterxml.jackson.databind.deser.impl.PropertyValueBuffer;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads a record with {@link Flat} components in one pass over its keys. Safe for use by any
 * thread.
 */
final class FlatRecordDeserializer extends StdDeserializer<Object>
    implements ResolvableDeserializer {
  private final BeanDeserializerBase ownDeserializer;

  /** The record itself, then its flat components. */
  private List<FlatPart<Object>> parts = List.of();

  private List<SettableBeanProperty> flatComponents = List.of();
  private Map<String, FlatKeyReader> readersByKey = Map.of();

  private FlatRecordDeserializer(BeanDeserializerBase ownDeserializer) {
    super(ownDeserializer.handledType());
    this.ownDeserializer = ownDeserializer;
  }

  @Override
  public void resolve(DeserializationContext context) throws JsonMappingException {
    ownDeserializer.resolve(context);
    var foundParts = new ArrayList<>(List.of(partOf(ownDeserializer, context)));
    var foundComponents = new ArrayList<SettableBeanProperty>();
    for (var components = ownDeserializer.creatorProperties(); components.hasNext(); ) {
      var component = components.next();
      if (component.getAnnotation(Flat.class) != null) {
        foundParts.add(
            partOf(
                context.findContextualValueDeserializer(component.getType(), component), context));
        foundComponents.add(component);
      }
    }
    var readers = new HashMap<String, FlatKeyReader>();
    for (int i = 0; i < foundParts.size(); i++) {
      int part = i;
      foundParts
          .get(part)
          .keys()
          .forEach((key, reader) -> readers.put(key, new FlatKeyReader(part, reader)));
    }
    parts = List.copyOf(foundParts);
    flatComponents = List.copyOf(foundComponents);
    readersByKey = readers;
  }

  @Override
  public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      return context.handleUnexpectedToken(handledType(), json);
    }
    var values = new Object[parts.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = parts.get(i).start(json, context);
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var key = readersByKey.get(json.currentName());
      json.nextToken();
      if (key == null) {
        json.skipChildren();
      } else {
        key.reader().read(values[key.part()], json, context);
      }
    }
    var ownValues = (PropertyValueBuffer) values[0];
    for (int i = 1; i < values.length; i++) {
      ownValues.assignParameter(flatComponents.get(i - 1), parts.get(i).build(values[i], context));
    }
    return parts.get(0).build(ownValues, context);
  }

  static boolean isFlat(BeanPropertyDefinition component) {
    var member = component.getPrimaryMember();
    return member != null && member.hasAnnotation(Flat.class);
  }

  @SuppressWarnings("unchecked") // a part gets only the values that it has started
  private static FlatPart<Object> partOf(
      JsonDeserializer<?> deserializer, DeserializationContext context)
      throws JsonMappingException {
    var part =
        deserializer instanceof FlatPart<?> custom
            ? custom
            : RecordPart.of((BeanDeserializerBase) deserializer, context);
    return (FlatPart<Object>) part;
  }

  /**
   * Reads one key.
   *
   * @param part index of its part
   */
  private record FlatKeyReader(int part, FlatPart.KeyReader<Object> reader) {}

  /** The keys of a record, and its constructor. */
  private record RecordPart(PropertyBasedCreator creator) implements FlatPart<PropertyValueBuffer> {
    static RecordPart of(BeanDeserializerBase deserializer, DeserializationContext context)
        throws JsonMappingException {
      var components = new ArrayList<SettableBeanProperty>();
      deserializer.creatorProperties().forEachRemaining(components::add);
      components.sort(Comparator.comparingInt(SettableBeanProperty::getCreatorIndex));
      return new RecordPart(
          PropertyBasedCreator.construct(
              context,
              deserializer.getValueInstantiator(),
              components.toArray(SettableBeanProperty[]::new),
              false));
    }

    @Override
    public Map<String, KeyReader<PropertyValueBuffer>> keys() {
      return creator.properties().stream()
          .filter(component -> component.getAnnotation(Flat.class) == null)
          .collect(Collectors.toMap(SettableBeanProperty::getName, RecordPart::keyReader));
    }

    @Override
    public PropertyValueBuffer start(JsonParser json, DeserializationContext context) {
      return creator.startBuilding(json, context, null);
    }

    @Override
    public Object build(PropertyValueBuffer values, DeserializationContext context)
        throws IOException {
      return requireNonNull(creator.build(context, values));
    }

    private static KeyReader<PropertyValueBuffer> keyReader(SettableBeanProperty component) {
      return (values, json, context) ->
          values.assignParameter(component, component.deserialize(json, context));
    }
  }

  /** Replaces the deserializers of the records that have flat components. */
  static final class DeserializerReplacement extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
      return type.findProperties().stream().anyMatch(FlatRecordDeserializer::isFlat)
          ? new FlatRecordDeserializer((BeanDeserializerBase) deserializer)
          : deserializer;
    }
  }
}
