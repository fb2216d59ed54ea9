package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.Exchange;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Requests made of an OpenAPI document: such as it asks for, and such as it does not allow. */
final class OpenApiRequests {
  private static final int MOST_OF_A_LINE = 3500;

  private final JsonObject document;
  private final SchemaValues values;

  OpenApiRequests(JsonObject document) {
    this.document = document;
    this.values = new SchemaValues(document);
  }

  /**
   * One request.
   *
   * @param body empty for a GET
   */
  record Request(String path, String query, String body) {
    Exchange send(RestNode node) {
      return body.isEmpty()
          ? node.get(path + "?" + query)
          : Exchange.post(node.address(), path, body.getBytes(UTF_8), RestNode.JSON);
    }
  }

  /** Requests that the document asks for. */
  Arbitrary<Request> valid() {
    return of(this::query, schema -> body(schema).map(JsonRequest::text));
  }

  /** Requests with one thing wrong. */
  Arbitrary<Request> invalid() {
    return of(this::brokenQuery, this::brokenBody);
  }

  private Arbitrary<Request> of(
      Function<JsonArray, Arbitrary<String>> query, Function<JsonObject, Arbitrary<String>> body) {
    var requests = new ArrayList<Arbitrary<Request>>();
    for (var path : document.getJsonObject("paths")) {
      for (var method : (JsonObject) path.getValue()) {
        var operation = (JsonObject) method.getValue();
        requests.add(
            operation.containsKey("requestBody")
                ? body.apply(schema(operation)).map(text -> new Request(path.getKey(), "", text))
                : query
                    .apply(operation.getJsonArray("parameters"))
                    .filter(text -> text.length() < MOST_OF_A_LINE)
                    .map(text -> new Request(path.getKey(), text, "")));
      }
    }
    return Arbitraries.oneOf(requests);
  }

  private static JsonObject schema(JsonObject operation) {
    return operation
        .getJsonObject("requestBody")
        .getJsonObject("content")
        .getJsonObject("application/json")
        .getJsonObject("schema");
  }

  private Arbitrary<String> query(JsonArray parameters) {
    return parameters(parameters).map(OpenApiRequests::text);
  }

  private Arbitrary<Map<String, Object>> parameters(JsonArray parameters) {
    var names = new ArrayList<String>();
    var all = new ArrayList<Arbitrary<Object>>();
    for (var each : parameters) {
      var parameter = (JsonObject) each;
      var fitting = values.valid(parameter.getJsonObject("schema"));
      names.add(parameter.getString("name"));
      all.add(parameter.getBoolean("required") ? fitting : fitting.injectNull(0.4));
    }
    return Combinators.combine(all)
        .as(
            made -> {
              var query = new LinkedHashMap<String, Object>();
              for (int place = 0; place < names.size(); place++) {
                query.put(names.get(place), made.get(place));
              }
              return inOrder(query);
            });
  }

  /** A document cannot say that the start comes before the end. */
  private static Map<String, Object> inOrder(Map<String, Object> query) {
    query.computeIfPresent("start_date", (name, date) -> "19" + date.toString().substring(2));
    query.computeIfPresent("end_date", (name, date) -> "20" + date.toString().substring(2));
    return query;
  }

  private static String text(Map<String, Object> query) {
    return query.entrySet().stream()
        .filter(parameter -> parameter.getValue() != null)
        .map(parameter -> pair(parameter.getKey(), parameter.getValue()))
        .collect(Collectors.joining("&", "unknown=1&unknown&", ""));
  }

  private static String pair(String name, Object value) {
    return name + "=" + URLEncoder.encode(value.toString(), UTF_8);
  }

  private Arbitrary<String> brokenQuery(JsonArray parameters) {
    var places = Arbitraries.integers().between(0, parameters.size() - 1);
    return Combinators.combine(parameters(parameters), places)
        .flatAs((query, place) -> broken(query, parameters.getJsonObject(place)));
  }

  private Arbitrary<String> broken(Map<String, Object> query, JsonObject parameter) {
    var name = parameter.getString("name");
    var without = new LinkedHashMap<>(query);
    without.remove(name);
    var value = query.getOrDefault(name, "1");
    var twice = text(without) + "&" + pair(name, String.valueOf(value)) + "&" + pair(name, "2");
    var broken = new ArrayList<>(List.of(twice, text(without) + "&" + name + "=%f"));
    if (parameter.getBoolean("required")) {
      broken.add(text(without));
    }
    var schema = parameter.getJsonObject("schema");
    return Arbitraries.oneOf(
        Arbitraries.of(broken),
        values
            .invalid(schema)
            .filter(bad -> isBadAsText(bad, schema))
            .map(bad -> text(without) + "&" + pair(name, bad)));
  }

  /** In a query everything is text. */
  private static boolean isBadAsText(Object value, JsonObject schema) {
    var text = value.toString();
    return switch (SchemaValues.type(schema)) {
      case "string" -> value instanceof String;
      case "integer" -> !text.equals("1");
      case "boolean" -> !text.equals("true");
      default -> true;
    };
  }

  private Arbitrary<JsonRequest> body(JsonObject schema) {
    return values.valid(schema).map(JsonRequest::new);
  }

  private Arbitrary<String> brokenBody(JsonObject schema) {
    var object =
        schema.containsKey("oneOf") ? schema.getJsonArray("oneOf").getJsonObject(0) : schema;
    var members = values.members(object);
    var required = values.resolved(object).getJsonArray("required");
    return Combinators.combine(body(object), Arbitraries.of(members.keySet()))
        .flatAs(
            (body, name) -> {
              var member = Optional.ofNullable(members.get(name)).orElseThrow();
              var text = body.text();
              var broken =
                  new ArrayList<>(
                      List.of(
                          text.substring(0, text.length() - 1),
                          "[" + text + ",7]",
                          "{\"x\":1,\"x\":2," + text.substring(1),
                          text + "}"));
              if (required.contains(name)) {
                broken.add(body.without(name));
                broken.add(body.with(name, null));
              }
              return Arbitraries.oneOf(
                  Arbitraries.of(broken), values.invalid(member).map(bad -> body.with(name, bad)));
            });
  }

  /** A body; the devices of a heartbeat get places and identities of their own. */
  private record JsonRequest(Object value) {
    JsonRequest {
      var heartbeats = value instanceof JsonArray list ? list : new JsonArray().add(value);
      heartbeats.stream()
          .map(JsonObject.class::cast)
          .map(heartbeat -> heartbeat.getJsonArray("devices", new JsonArray()))
          .filter(JsonArray.class::isInstance)
          .forEach(JsonRequest::tellApart);
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

    private static void tellApart(JsonArray devices) {
      IntStream.range(0, devices.size())
          .forEach(place -> devices.getJsonObject(place).put("device_index", place).remove("uuid"));
    }
  }
}
