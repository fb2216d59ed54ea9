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
import java.util.stream.Collectors;

/**
 * One operation of the document: method, path, and the schemas of its requests. Safe for use by any
 * thread.
 */
public final class RestOperation {
  private final String id;
  private final HttpMethod method;
  private final String path;
  private final Map<String, OperationParameter> parameters;
  private final Optional<RequestBody> body;

  private RestOperation(
      HttpMethod method,
      String path,
      JsonObject operation,
      Map<String, OperationParameter> parameters,
      Optional<RequestBody> body) {
    this.id = operation.getString("operationId");
    this.method = method;
    this.path = path;
    this.parameters = parameters;
    this.body = body;
  }

  static RestOperation of(
      HttpMethod method, String path, JsonObject operation, SchemaReader schemaReader) {
    var parameters =
        operation.getJsonArray("parameters", new JsonArray()).stream()
            .map(JsonObject.class::cast)
            .collect(
                Collectors.toMap(
                    parameter -> parameter.getString("name"),
                    parameter -> OperationParameter.of(parameter, schemaReader)));
    return new RestOperation(
        method,
        path,
        operation,
        parameters,
        Optional.ofNullable(operation.getJsonObject("requestBody"))
            .map(body -> requestBody(body, schemaReader)));
  }

  public String id() {
    return id;
  }

  public HttpMethod method() {
    return method;
  }

  public String path() {
    return path;
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

  private record OperationParameter(ValueSchema schema, boolean required) {
    static OperationParameter of(JsonObject parameter, SchemaReader schemaReader) {
      return new OperationParameter(
          schemaReader.read(parameter.getJsonObject("schema")),
          parameter.getBoolean("required", false));
    }
  }
}
