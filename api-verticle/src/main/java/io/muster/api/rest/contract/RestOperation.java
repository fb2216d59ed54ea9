package io.muster.api.rest.contract;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One operation of the document. Safe for use by any thread.
 *
 * @param parameters parameters of the query, by name, in the order of the document, in which they
 *     are validated
 * @param body empty if the arguments are in the query
 */
public record RestOperation(
    String id,
    HttpMethod method,
    String path,
    Map<String, OperationParameter> parameters,
    Optional<RequestBody> body) {
  public RestOperation {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  static RestOperation of(
      HttpMethod method, String path, JsonObject operation, SchemaReader schemaReader) {
    var parameters =
        operation.getJsonArray("parameters", new JsonArray()).stream()
            .map(JsonObject.class::cast)
            .collect(
                Collectors.toMap(
                    parameter -> parameter.getString("name"),
                    parameter -> OperationParameter.of(parameter, schemaReader),
                    (first, second) -> first,
                    LinkedHashMap::new));
    return new RestOperation(
        operation.getString("operationId"),
        method,
        path,
        parameters,
        Optional.ofNullable(operation.getJsonObject("requestBody"))
            .map(body -> requestBody(body, schemaReader)));
  }

  /**
   * Reads the arguments of the request: its query, or the object or objects of its body. Fails with
   * a {@link BadRequestException}. Must be called before the request is resumed.
   */
  public Future<List<Arguments>> arguments(HttpServerRequest request) {
    return body.isPresent() ? body.get().read(request) : queryArguments(request);
  }

  private Future<List<Arguments>> queryArguments(HttpServerRequest request) {
    var text = Optional.ofNullable(request.query()).orElse("");
    var queryValues = QueryStringParser.parse(text, parameters.keySet());
    var values = new HashMap<String, Object>();
    parameters.forEach(
        (name, parameter) -> {
          var value = queryValues.get(name);
          if (value != null) {
            values.put(name, parameter.schema.parse(name, value));
          } else if (parameter.required) {
            throw BadRequestException.missing(name, parameter.schema.expected());
          }
        });
    return Future.succeededFuture(List.of(new Arguments("", values)));
  }

  private static RequestBody requestBody(JsonObject body, SchemaReader schemaReader) {
    var json = body.getJsonObject("content").getJsonObject("application/json");
    return new RequestBody(
        schemaReader.read(json.getJsonObject("schema")), body.getInteger("x-max-bytes"));
  }

  /** One parameter of the query. */
  record OperationParameter(ValueSchema schema, boolean required) {
    static OperationParameter of(JsonObject parameter, SchemaReader schemaReader) {
      return new OperationParameter(
          schemaReader.read(parameter.getJsonObject("schema")),
          parameter.getBoolean("required", false));
    }
  }
}
