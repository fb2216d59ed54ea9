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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a record with {@link Flat} components in one pass over its keys. Safe for use by any
 * thread.
 */
final class FlatRecordDeserializer extends StdDeserializer<Object>
    implements ResolvableDeserializer {
  private final BeanDeserializerBase ownDeserializer;
  private List<FlatComponent> components = List.of();
  private @Nullable RecordPart ownKeys;

  private FlatRecordDeserializer(BeanDeserializerBase ownDeserializer) {
    super(ownDeserializer.handledType());
    this.ownDeserializer = ownDeserializer;
  }

  @Override
  public void resolve(DeserializationContext context) throws JsonMappingException {
    ownDeserializer.resolve(context);
    var found = new ArrayList<FlatComponent>();
    for (var keys = ownDeserializer.creatorProperties(); keys.hasNext(); ) {
      var component = keys.next();
      if (component.getAnnotation(Flat.class) != null) {
        var part = context.findContextualValueDeserializer(component.getType(), component);
        found.add(new FlatComponent(component, partOf(part, context)));
      }
    }
    components = List.copyOf(found);
    ownKeys = RecordPart.of(ownDeserializer, context);
  }

  @Override
  public Object deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (!json.isExpectedStartObjectToken()) {
      return context.handleUnexpectedToken(handledType(), json);
    }
    var own = requireNonNull(ownKeys, "not resolved").start(json, context);
    var parts = new FlatPart.Values[components.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = components.get(i).part().start(json, context);
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      readKey(json, own, parts, context);
    }
    for (int i = 0; i < parts.length; i++) {
      own.assign(components.get(i).component(), parts[i].build(context));
    }
    return own.build(context);
  }

  static boolean isFlat(BeanPropertyDefinition component) {
    var member = component.getPrimaryMember();
    return member != null && member.hasAnnotation(Flat.class);
  }

  private static void readKey(
      JsonParser json, RecordValues own, FlatPart.Values[] parts, DeserializationContext context)
      throws IOException {
    var key = json.currentName();
    json.nextToken();
    if (own.read(key, json, context)) {
      return;
    }
    for (var part : parts) {
      if (part.read(key, json, context)) {
        return;
      }
    }
    json.skipChildren();
  }

  private static FlatPart partOf(JsonDeserializer<?> deserializer, DeserializationContext context)
      throws JsonMappingException {
    return deserializer instanceof FlatPart part
        ? part
        : RecordPart.of((BeanDeserializerBase) deserializer, context);
  }

  private record FlatComponent(SettableBeanProperty component, FlatPart part) {}

  /** The keys of a record, and its constructor. */
  private record RecordPart(PropertyBasedCreator creator) implements FlatPart {
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
    public RecordValues start(JsonParser json, DeserializationContext context) {
      return new RecordValues(creator, creator.startBuilding(json, context, null));
    }
  }

  private record RecordValues(PropertyBasedCreator creator, PropertyValueBuffer values)
      implements FlatPart.Values {
    @Override
    public boolean read(String key, JsonParser json, DeserializationContext context)
        throws IOException {
      var component = creator.findCreatorProperty(key);
      if (component == null || component.getAnnotation(Flat.class) != null) {
        return false;
      }
      values.assignParameter(component, component.deserialize(json, context));
      return true;
    }

    void assign(SettableBeanProperty component, Object value) {
      values.assignParameter(component, value);
    }

    @Override
    public Object build(DeserializationContext context) throws IOException {
      return requireNonNull(creator.build(context, values));
    }
  }

  /** Replaces the deserializers of the records that have flat components. */
  static final class Modifier extends BeanDeserializerModifier {
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
