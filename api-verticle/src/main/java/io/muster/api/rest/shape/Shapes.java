package io.muster.api.rest.shape;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes shapes of the schemas of one document. It knows the keywords that the document uses for
 * requests, and refuses others, so that nothing stands there that nobody checks.
 */
public final class Shapes {
  private static final String REFERENCE = "$ref";
  private static final Set<String> ANY =
      Set.of("type", "format", "description", "example", "x-expected");
  private static final Set<String> KNOWN =
      Set.of(
          "minLength",
          "maxLength",
          "enum",
          "pattern",
          "minimum",
          "maximum",
          "items",
          "minItems",
          "maxItems",
          "properties",
          "required",
          "oneOf");

  private final JsonObject document;

  /**
   * @param document what local references point into
   */
  public Shapes(JsonObject document) {
    this.document = document;
  }

  /** The shape of a schema; throws {@link IllegalArgumentException} for one that is too much. */
  public Shape of(JsonObject schema) {
    if (schema.containsKey(REFERENCE)) {
      return of(target(schema.getString(REFERENCE)));
    }
    schema.fieldNames().stream()
        .filter(keyword -> !ANY.contains(keyword) && !KNOWN.contains(keyword))
        .findFirst()
        .ifPresent(
            keyword -> {
              throw new IllegalArgumentException("schema keyword " + keyword + " is not known");
            });
    return schema.containsKey("oneOf") ? either(schema.getJsonArray("oneOf")) : typed(schema);
  }

  /** What a local reference points at. */
  public JsonObject target(String reference) {
    var found = document;
    for (var step : reference.substring("#/".length()).split("/", -1)) {
      found = found.getJsonObject(step);
    }
    return found;
  }

  private Shape typed(JsonObject schema) {
    var type = types(schema).getString(0);
    return switch (type) {
      case "string" -> text(schema);
      case "integer" ->
          new WholeShape(
              schema.getLong("minimum", Long.MIN_VALUE), schema.getLong("maximum", Long.MAX_VALUE));
      case "number" ->
          new DecimalShape(
              schema.getDouble("minimum", -Double.MAX_VALUE),
              schema.getDouble("maximum", Double.MAX_VALUE));
      case "boolean" -> new FlagShape();
      case "array" ->
          new ListShape(
              of(schema.getJsonObject("items")),
              schema.getInteger("minItems", 0),
              schema.getInteger("maxItems", Integer.MAX_VALUE));
      case "object" -> object(schema);
      default -> throw new IllegalArgumentException("schema type " + type + " is not known");
    };
  }

  private static Shape text(JsonObject schema) {
    return new TextShape(
        schema.getInteger("minLength", 0),
        schema.getInteger("maxLength", Integer.MAX_VALUE),
        schema.getJsonArray("enum", new JsonArray()).stream()
            .filter(Objects::nonNull)
            .map(Object::toString)
            .toList(),
        Optional.ofNullable(schema.getString("pattern")).map(Pattern::compile),
        schema.getString("x-expected", "another form"));
  }

  private Shape object(JsonObject schema) {
    var required = schema.getJsonArray("required", new JsonArray());
    return new ObjectShape(
        schema.getJsonObject("properties").stream()
            .map(
                property -> {
                  var member = (JsonObject) property.getValue();
                  return new ObjectShape.Member(
                      property.getKey(),
                      of(member),
                      required.contains(property.getKey()),
                      isNullable(member));
                })
            .toList());
  }

  private Shape either(JsonArray shapes) {
    return new EitherShape(of(shapes.getJsonObject(0)), of(shapes.getJsonObject(1)));
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
