package io.muster.api.rest.contract;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the schemas of one document. It supports the keywords that the document uses for requests
 * and rejects others, so that no keyword remains unchecked. Safe for use by any thread while the
 * document does not change.
 */
final class SchemaReader {
  private static final String REFERENCE = "$ref";
  private static final Set<String> GENERAL_KEYWORDS =
      Set.of("type", "description", "example", "examples", "default", "x-expected");
  private static final Set<String> VALIDATION_KEYWORDS =
      Set.of(
          "minLength",
          "maxLength",
          "enum",
          "pattern",
          "format",
          "anyOf",
          "x-lenient-format",
          "minimum",
          "maximum",
          "items",
          "minItems",
          "maxItems",
          "properties",
          "required",
          "oneOf");

  /** The pattern by which the document describes what {@link StringSchema} always requires. */
  private static final String WITHOUT_CONTROLS =
      "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$";

  private final JsonObject document;

  /**
   * @param document the document to which local references refer
   */
  SchemaReader(JsonObject document) {
    this.document = document;
  }

  /** Reads a schema; throws {@link IllegalArgumentException} if it is not supported. */
  ValueSchema read(JsonObject schema) {
    if (schema.containsKey(REFERENCE)) {
      return read(resolve(schema));
    }
    schema.fieldNames().stream()
        .filter(
            keyword ->
                !GENERAL_KEYWORDS.contains(keyword) && !VALIDATION_KEYWORDS.contains(keyword))
        .findFirst()
        .ifPresent(
            keyword -> {
              throw new IllegalArgumentException("unsupported schema keyword " + keyword);
            });
    return schema.containsKey("oneOf")
        ? readOneOf(schema.getJsonArray("oneOf"))
        : readTyped(schema);
  }

  /** Returns the object itself, or the one to which it refers. */
  JsonObject resolve(JsonObject object) {
    var reference = object.getString(REFERENCE);
    if (reference == null) {
      return object;
    }
    var resolved = document;
    for (var key : reference.substring("#/".length()).split("/", -1)) {
      resolved = resolved.getJsonObject(key);
    }
    return resolved;
  }

  private ValueSchema readTyped(JsonObject schema) {
    var type = types(schema).getString(0);
    return switch (type) {
      case "string" -> readString(schema);
      case "integer" ->
          new IntegerSchema(
              schema.getLong("minimum", Long.MIN_VALUE), schema.getLong("maximum", Long.MAX_VALUE));
      case "number" ->
          new NumberSchema(
              schema.getDouble("minimum", -Double.MAX_VALUE),
              schema.getDouble("maximum", Double.MAX_VALUE));
      case "boolean" -> new BooleanSchema();
      case "array" ->
          new ArraySchema(
              read(schema.getJsonObject("items")),
              schema.getInteger("minItems", 0),
              schema.getInteger("maxItems", Integer.MAX_VALUE));
      case "object" -> readObject(schema);
      default -> throw new IllegalArgumentException("unsupported schema type " + type);
    };
  }

  private static ValueSchema readString(JsonObject schema) {
    return new StringSchema(
        schema.getInteger("minLength", 0),
        schema.getInteger("maxLength", Integer.MAX_VALUE),
        schema.getJsonArray("enum", new JsonArray()).stream()
            .filter(Objects::nonNull)
            .map(Object::toString)
            .toList(),
        Optional.ofNullable(schema.getString("pattern"))
            .filter(pattern -> !pattern.equals(WITHOUT_CONTROLS))
            .map(Pattern::compile),
        readFormats(schema),
        Optional.ofNullable(schema.getString("x-expected")));
  }

  /** Reads the formats of a text: one, or several of which it has any. */
  private static List<TextFormat> readFormats(JsonObject schema) {
    var alternatives = schema.getJsonArray("anyOf", new JsonArray()).stream();
    return Stream.concat(
            Stream.of(schema.getString("format"), schema.getString("x-lenient-format")),
            alternatives.map(alternative -> ((JsonObject) alternative).getString("format")))
        .filter(Objects::nonNull)
        .map(TextFormat::of)
        .toList();
  }

  private ValueSchema readObject(JsonObject schema) {
    var required = schema.getJsonArray("required", new JsonArray());
    return new ObjectSchema(
        schema.getJsonObject("properties").stream()
            .map(
                property -> {
                  var propertySchema = (JsonObject) property.getValue();
                  return new ObjectSchema.SchemaProperty(
                      property.getKey(),
                      read(propertySchema),
                      required.contains(property.getKey()),
                      isNullable(propertySchema));
                })
            .toList());
  }

  private ValueSchema readOneOf(JsonArray schemas) {
    return new OneOfSchema(read(schemas.getJsonObject(0)), read(schemas.getJsonObject(1)));
  }

  private static boolean isNullable(JsonObject schema) {
    return !schema.containsKey(REFERENCE) && types(schema).contains("null");
  }

  private static JsonArray types(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray types
        ? types
        : new JsonArray(List.of(schema.getString("type")));
  }
}
