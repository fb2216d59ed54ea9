package io.muster.api.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates valid and invalid values for the schemas of a document. */
public final class SchemaValues {
  private static final List<String> PIECES =
      List.of(
          "a", "B", "7", "é", "漢", "😀", "'", "\"", "\\", "%", "&", "=", "+", " ", "/", ";", "<",
          "_", "$", "null", "\u200d");
  private static final int MAX_CHARS = 40;

  private final JsonObject document;

  public SchemaValues(JsonObject document) {
    this.document = document;
  }

  /** Returns the schema itself, or the schema that it refers to. */
  JsonObject resolve(JsonObject schema) {
    if (!schema.containsKey("$ref")) {
      return schema;
    }
    var resolved = document;
    for (var key : schema.getString("$ref").substring(2).split("/", -1)) {
      resolved = resolved.getJsonObject(key);
    }
    return resolved;
  }

  /** Returns valid values. */
  public Arbitrary<Object> valid(JsonObject reference) {
    var schema = resolve(reference);
    if (schema.containsKey("oneOf")) {
      return Arbitraries.oneOf(
          schema.getJsonArray("oneOf").stream().map(one -> valid((JsonObject) one)).toList());
    }
    if (schema.containsKey("enum")) {
      return Arbitraries.of(
          schema.getJsonArray("enum").stream().filter(Object.class::isInstance).toList());
    }
    return switch (type(schema)) {
      case "string" -> schema.containsKey("x-expected") ? describedText(schema) : text(schema);
      case "integer" ->
          Arbitraries.longs()
              .between(
                  schema.getLong("minimum", Long.MIN_VALUE),
                  schema.getLong("maximum", Long.MAX_VALUE))
              .map(Object.class::cast);
      case "number" ->
          Arbitraries.doubles()
              .between(schema.getDouble("minimum"), schema.getDouble("maximum"))
              .map(Object.class::cast);
      case "boolean" -> Arbitraries.of(true, false);
      case "array" -> list(schema);
      default -> object(schema);
    };
  }

  /** Returns invalid values, other than null. */
  public Arbitrary<Object> invalid(JsonObject reference) {
    var schema = resolve(reference);
    var values = new ArrayList<Object>(List.of(new JsonObject(), new JsonArray().add(1)));
    switch (type(schema)) {
      case "string" -> addInvalidTexts(schema, values);
      case "integer" -> addInvalidNumbers(schema, values, true);
      case "number" -> addInvalidNumbers(schema, values, false);
      case "boolean" -> values.addAll(List.of("true", 0, 1.5));
      case "array" -> {
        values.removeIf(JsonArray.class::isInstance);
        values.addAll(List.of("[]", 0, true, new JsonArray().add(new JsonObject())));
      }
      default -> values.addAll(List.of("{}", 0));
    }
    return Arbitraries.of(values);
  }

  static String type(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray types
        ? types.getString(0)
        : schema.getString("type");
  }

  static boolean isNullable(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray;
  }

  private Arbitrary<Object> text(JsonObject schema) {
    int min = schema.getInteger("minLength", 0);
    int max = schema.getInteger("maxLength", MAX_CHARS);
    return Arbitraries.of(PIECES)
        .list()
        .ofMinSize(min)
        .ofMaxSize(Math.min(max, MAX_CHARS))
        .map(pieces -> String.join("", pieces))
        .map(
            text -> text.substring(0, text.offsetByCodePoints(0, Math.min(max, codePoints(text)))));
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Returns texts of a pattern or a format, which its description for messages identifies. */
  private static Arbitrary<Object> describedText(JsonObject schema) {
    var expected = schema.getString("x-expected");
    if (expected.startsWith("32")) {
      var digits = Arbitraries.strings().withChars("0123456789abcdefABCDEF").ofLength(32);
      return Combinators.combine(Arbitraries.of("", "0x"), digits).as((sign, hex) -> sign + hex);
    }
    if (expected.startsWith("seconds")) {
      return Combinators.combine(
              Arbitraries.integers().between(1, 999_999_999),
              Arbitraries.of("", "s", "m", "h", "d"))
          .as((number, unit) -> number + unit);
    }
    var day =
        Combinators.combine(
                Arbitraries.integers().between(1970, 2099),
                Arbitraries.integers().between(1, 12),
                Arbitraries.integers().between(1, 28))
            .as("%04d-%02d-%02d"::formatted);
    var time =
        Combinators.combine(
                Arbitraries.integers().between(0, 23),
                Arbitraries.integers().between(0, 59),
                Arbitraries.integers().between(0, 59))
            .as("T%02d:%02d:%02d"::formatted);
    var fraction = Arbitraries.of("", ".0", ".123", ".826362", ".999999999");
    var offset = Arbitraries.of("Z", "z", "+00:00", "-00:00", "+05:45", "-12:00");
    var instant =
        Combinators.combine(day, time, fraction, offset)
            .as((date, rest, part, zone) -> date + rest + part + zone);
    return Arbitraries.oneOf(
            expected.startsWith("a date") ? List.of(day, instant) : List.of(instant))
        .map(Object.class::cast);
  }

  private Arbitrary<Object> list(JsonObject schema) {
    return valid(schema.getJsonObject("items"))
        .list()
        .ofMinSize(schema.getInteger("minItems", 0))
        .ofMaxSize(3)
        .map(JsonArray::new);
  }

  private Arbitrary<Object> object(JsonObject schema) {
    var members = new LinkedHashMap<String, Arbitrary<Object>>();
    var required = schema.getJsonArray("required", new JsonArray());
    schema
        .getJsonObject("properties")
        .forEach(
            member -> {
              var values = valid((JsonObject) member.getValue());
              var optional = !required.contains(member.getKey());
              members.put(member.getKey(), optional ? values.injectNull(0.4) : values);
            });
    var names = List.copyOf(members.keySet());
    return Combinators.combine(List.copyOf(members.values()))
        .as(values -> toJsonObject(names, values, required));
  }

  /** Creates an object in which a missing value is left out or null. */
  private static Object toJsonObject(List<String> names, List<Object> values, JsonArray required) {
    var object = new JsonObject();
    for (int index = 0; index < names.size(); index++) {
      var value = values.get(index);
      if (value != null || (index % 2 == 0 && !required.contains(names.get(index)))) {
        object.put(names.get(index), value);
      }
    }
    return object;
  }

  private static void addInvalidTexts(JsonObject schema, List<Object> values) {
    values.addAll(List.of(7, false, "\0", "a\0b"));
    if (schema.containsKey("maxLength")) {
      values.add("😀".repeat(schema.getInteger("maxLength") + 1));
    }
    if (schema.getInteger("minLength", 0) > 0 || schema.containsKey("x-expected")) {
      values.add("");
    }
    if (schema.containsKey("x-expected") || schema.containsKey("enum")) {
      values.addAll(List.of("x", "' OR ''='"));
    }
  }

  private static void addInvalidNumbers(JsonObject schema, List<Object> values, boolean whole) {
    values.addAll(List.of("1", true, "x"));
    if (whole) {
      values.addAll(List.of(1.5, schema.getLong("minimum") + 0.5));
      values.add(BigInteger.valueOf(schema.getLong("maximum")).add(BigInteger.ONE));
      values.add(BigInteger.valueOf(schema.getLong("minimum")).subtract(BigInteger.ONE));
    } else {
      values.add(schema.getDouble("maximum") + 0.01);
      values.add(schema.getDouble("minimum") - 0.01);
    }
  }

  /** Returns the properties of an object schema. */
  public Map<String, JsonObject> members(JsonObject reference) {
    var members = new LinkedHashMap<String, JsonObject>();
    resolve(reference)
        .getJsonObject("properties")
        .forEach(member -> members.put(member.getKey(), resolve((JsonObject) member.getValue())));
    return members;
  }
}
