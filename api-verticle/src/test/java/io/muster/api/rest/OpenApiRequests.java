package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.Exchange;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Generates valid and invalid requests from an OpenAPI document. */
final class OpenApiRequests {
  private static final int MAX_QUERY_CHARS = 15_000;

  private final JsonObject document;
  private final SchemaValues values;

  OpenApiRequests(JsonObject document) {
    this.document = document;
    this.values = new SchemaValues(document);
  }

  /**
   * One request.
   *
   * @param target path and query
   * @param body empty for a GET or DELETE
   */
  record OpenApiRequest(String method, String target, String body) {
    Exchange send(RestTestNode node) {
      return body.isEmpty()
          ? node.send(method, target)
          : Exchange.post(node.address(), target, body.getBytes(UTF_8), RestTestNode.JSON);
    }
  }

  /** Returns valid requests. */
  Arbitrary<OpenApiRequest> valid() {
    return of(this::query, schema -> body(schema).map(JsonRequestBody::text));
  }

  /** Returns requests with one error. */
  Arbitrary<OpenApiRequest> invalid() {
    return of(this::invalidQuery, this::invalidBody);
  }

  private Arbitrary<OpenApiRequest> of(
      Function<JsonObject, Arbitrary<String>> query, Function<JsonObject, Arbitrary<String>> body) {
    var requests = new ArrayList<Arbitrary<OpenApiRequest>>();
    for (var path : document.getJsonObject("paths")) {
      for (var method : (JsonObject) path.getValue()) {
        var name = method.getKey().toUpperCase(Locale.ROOT);
        var operation = (JsonObject) method.getValue();
        requests.add(
            operation.containsKey("requestBody")
                ? body.apply(schema(operation))
                    .map(text -> new OpenApiRequest(name, path.getKey(), text))
                : Combinators.combine(
                        path(path.getKey(), operation),
                        query.apply(operation).filter(text -> text.length() < MAX_QUERY_CHARS))
                    .as((target, text) -> new OpenApiRequest(name, target + "?" + text, "")));
      }
    }
    return Arbitraries.oneOf(requests);
  }

  /** Returns the path with values of its parameters. */
  private Arbitrary<String> path(String template, JsonObject operation) {
    var paths = Arbitraries.just(template);
    for (var parameter : parametersIn("path", operation)) {
      paths =
          Combinators.combine(paths, values.valid(parameter.getJsonObject("schema")))
              .as(
                  (path, value) ->
                      path.replace(
                          "{" + parameter.getString("name") + "}",
                          URLEncoder.encode(value.toString(), UTF_8).replace("+", "%20")));
    }
    return paths;
  }

  private List<JsonObject> parametersIn(String place, JsonObject operation) {
    return operation.getJsonArray("parameters", new JsonArray()).stream()
        .map(parameter -> values.resolve((JsonObject) parameter))
        .filter(parameter -> parameter.getString("in").equals(place))
        .toList();
  }

  private static JsonObject schema(JsonObject operation) {
    return operation
        .getJsonObject("requestBody")
        .getJsonObject("content")
        .getJsonObject("application/json")
        .getJsonObject("schema");
  }

  /** Returns queries that contain unknown parameters, too, if the operation ignores them. */
  private Arbitrary<String> query(JsonObject operation) {
    var unknown = operation.containsKey("x-rejects-unknown") ? "" : "&unknown=1&unknown";
    return parameters(parametersIn("query", operation)).map(query -> text(query) + unknown);
  }

  private Arbitrary<Map<String, Object>> parameters(List<JsonObject> parameters) {
    var names = new ArrayList<String>();
    var all = new ArrayList<Arbitrary<Object>>();
    for (var parameter : parameters) {
      var validValues =
          values.valid(parameter.getJsonObject("schema")).map(OpenApiRequests::parameterValue);
      names.add(parameter.getString("name"));
      all.add(parameter.getBoolean("required") ? validValues : validValues.injectNull(0.4));
    }
    return Combinators.combine(all)
        .as(
            generated -> {
              var query = new LinkedHashMap<String, Object>();
              for (int index = 0; index < names.size(); index++) {
                query.put(names.get(index), generated.get(index));
              }
              return withOrderedDates(query);
            });
  }

  /** Returns the value as a parameter has it: a list in one text. */
  static Object parameterValue(Object value) {
    return value instanceof JsonArray list
        ? list.stream().map(Object::toString).collect(Collectors.joining(","))
        : value;
  }

  /** Orders the dates: a schema cannot express that the start precedes the end. */
  private static Map<String, Object> withOrderedDates(Map<String, Object> query) {
    query.computeIfPresent("start_date", (name, date) -> "19" + date.toString().substring(2));
    query.computeIfPresent("end_date", (name, date) -> "20" + date.toString().substring(2));
    return query;
  }

  private static String text(Map<String, Object> query) {
    return query.entrySet().stream()
        .filter(parameter -> parameter.getValue() != null)
        .map(parameter -> pair(parameter.getKey(), parameter.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String pair(String name, Object value) {
    return name + "=" + URLEncoder.encode(value.toString(), UTF_8);
  }

  private Arbitrary<String> invalidQuery(JsonObject operation) {
    var parameters = parametersIn("query", operation);
    if (parameters.isEmpty()) {
      return Arbitraries.just("unknown=1");
    }
    var indexes = Arbitraries.integers().between(0, parameters.size() - 1);
    return Combinators.combine(parameters(parameters), indexes)
        .flatAs((query, index) -> invalidParameter(query, parameters.get(index)));
  }

  private Arbitrary<String> invalidParameter(Map<String, Object> query, JsonObject parameter) {
    var name = parameter.getString("name");
    var without = new LinkedHashMap<>(query);
    without.remove(name);
    var value = query.getOrDefault(name, "1");
    var twice = text(without) + "&" + pair(name, String.valueOf(value)) + "&" + pair(name, "2");
    var invalidQueries = new ArrayList<>(List.of(twice, text(without) + "&" + name + "=%f"));
    if (parameter.getBoolean("required")) {
      invalidQueries.add(text(without));
    }
    var schema = parameter.getJsonObject("schema");
    return Arbitraries.oneOf(
        Arbitraries.of(invalidQueries),
        values
            .invalid(schema)
            .filter(invalidValue -> isInvalidAsText(invalidValue, schema))
            .map(invalidValue -> text(without) + "&" + pair(name, invalidValue)));
  }

  /** Returns true if the value is invalid as text, which every query parameter is. */
  private static boolean isInvalidAsText(Object value, JsonObject schema) {
    var text = value.toString();
    return switch (SchemaValues.type(schema)) {
      case "string" -> value instanceof String;
      case "integer" -> !text.equals("1");
      case "boolean" -> !text.equals("true");
      default -> true;
    };
  }

  private Arbitrary<JsonRequestBody> body(JsonObject schema) {
    return values.valid(schema).map(JsonRequestBody::new);
  }

  private Arbitrary<String> invalidBody(JsonObject schema) {
    var object =
        schema.containsKey("oneOf") ? schema.getJsonArray("oneOf").getJsonObject(0) : schema;
    var members = values.members(object);
    var required = values.resolve(object).getJsonArray("required");
    return Combinators.combine(body(object), Arbitraries.of(members.keySet()))
        .flatAs(
            (body, name) -> {
              var member = Optional.ofNullable(members.get(name)).orElseThrow();
              var text = body.text();
              var invalidBodies =
                  new ArrayList<>(
                      List.of(
                          text.substring(0, text.length() - 1),
                          "[" + text + ",7]",
                          "{\"x\":1,\"x\":2," + text.substring(1),
                          text + "}"));
              if (required.contains(name)) {
                invalidBodies.add(body.without(name));
                invalidBodies.add(body.with(name, null));
              }
              return Arbitraries.oneOf(
                  Arbitraries.of(invalidBodies),
                  values.invalid(member).map(invalidValue -> body.with(name, invalidValue)));
            });
  }

  /** A request body; the devices of a heartbeat get unique indexes and UUIDs. */
  private record JsonRequestBody(Object value) {
    JsonRequestBody {
      var heartbeats = value instanceof JsonArray list ? list : new JsonArray().add(value);
      heartbeats.stream()
          .map(JsonObject.class::cast)
          .map(heartbeat -> heartbeat.getJsonArray("devices", new JsonArray()))
          .filter(JsonArray.class::isInstance)
          .forEach(JsonRequestBody::makeDevicesUnique);
    }

    String text() {
      return value instanceof JsonArray list ? list.encode() : ((JsonObject) value).encode();
    }

    String without(String name) {
      var copy = ((JsonObject) value).copy();
      copy.remove(name);
      return copy.encode();
    }

    String with(String name, @Nullable Object other) {
      return ((JsonObject) value).copy().put(name, other).encode();
    }

    private static void makeDevicesUnique(JsonArray devices) {
      IntStream.range(0, devices.size())
          .forEach(index -> devices.getJsonObject(index).put("device_index", index).remove("uuid"));
    }
  }
}
