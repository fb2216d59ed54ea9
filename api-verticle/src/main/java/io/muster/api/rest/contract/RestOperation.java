package io.muster.api.rest.contract;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One operation of the document. Safe for use by any thread.
 *
 * @param parameters parameters of the path and the query, in the order of the document, in which
 *     they are validated
 * @param query reads those of the query
 * @param body empty if the arguments are parameters
 */
public record RestOperation(
    String id,
    HttpMethod method,
    String path,
    List<OperationParameter> parameters,
    QueryStringParser query,
    Optional<RequestBody> body) {
  public RestOperation {
    parameters = List.copyOf(parameters);
  }

  static RestOperation of(
      HttpMethod method, String path, JsonObject operation, SchemaReader schemaReader) {
    var parameters =
        operation.getJsonArray("parameters", new JsonArray()).stream()
            .map(parameter -> OperationParameter.of((JsonObject) parameter, schemaReader))
            .toList();
    return new RestOperation(
        operation.getString("operationId"),
        method,
        path,
        parameters,
        new QueryStringParser(
            names(parameters, parameter -> !parameter.inPath),
            names(parameters, parameter -> parameter.schema instanceof ArraySchema),
            operation.getBoolean("x-rejects-unknown", false)),
        Optional.ofNullable(operation.getJsonObject("requestBody"))
            .map(body -> requestBody(body, schemaReader)));
  }

  /**
   * Reads the arguments of the request: its parameters, or the object or objects of its body. Fails
   * with a {@link BadRequestException}. Must be called before the request is resumed.
   *
   * @param pathValues decoded values of the parameters in the path
   */
  public Future<List<Arguments>> arguments(
      HttpServerRequest request, Map<String, String> pathValues) {
    var parsed = parse(query.parse(Optional.ofNullable(request.query()).orElse("")), pathValues);
    return body.map(json -> json.read(request))
        .orElseGet(() -> Future.succeededFuture(List.of(parsed)));
  }

  /**
   * Reads the arguments of an operation without a body from texts by name, whether the parameters
   * are in the path or in the query. Throws a {@link BadRequestException}.
   */
  public Arguments arguments(Map<String, String> texts) {
    var inPath = names(parameters, OperationParameter::inPath);
    var pathValues = new HashMap<>(texts);
    pathValues.keySet().retainAll(inPath);
    var queryValues = new HashMap<>(texts);
    queryValues.keySet().removeAll(inPath);
    return parse(query.select(queryValues), pathValues);
  }

  private Arguments parse(Map<String, String> queryValues, Map<String, String> pathValues) {
    var values = new HashMap<String, Object>();
    var texts = new HashMap<>(queryValues);
    texts.putAll(pathValues);
    for (var parameter : parameters) {
      var text = texts.get(parameter.name);
      if (text != null) {
        values.put(parameter.name, parameter.schema.parse(parameter.name, text));
      } else if (parameter.required) {
        throw BadRequestException.missing(parameter.name, parameter.schema.expected());
      }
    }
    return new Arguments("", values);
  }

  private static Set<String> names(
      List<OperationParameter> parameters, Predicate<OperationParameter> condition) {
    return parameters.stream()
        .filter(condition)
        .map(OperationParameter::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static RequestBody requestBody(JsonObject body, SchemaReader schemaReader) {
    var json = body.getJsonObject("content").getJsonObject("application/json");
    return new RequestBody(
        schemaReader.read(json.getJsonObject("schema")), body.getInteger("x-max-bytes"));
  }

  /**
   * One parameter.
   *
   * @param inPath true if it is a part of the path, false if it is one of the query
   */
  record OperationParameter(String name, boolean inPath, ValueSchema schema, boolean required) {
    static OperationParameter of(JsonObject reference, SchemaReader schemaReader) {
      var parameter = schemaReader.resolve(reference);
      return new OperationParameter(
          parameter.getString("name"),
          parameter.getString("in").equals("path"),
          schemaReader.read(parameter.getJsonObject("schema")),
          parameter.getBoolean("required", false));
    }
  }
}
