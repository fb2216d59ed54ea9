package io.muster.api.rest.contract;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The OpenAPI document of the REST interface: served at {@code /openapi.json}, and the source of
 * the routes and of request validation. Safe for use by any thread.
 */
public final class RestContract {
  private static final String RESOURCE = "/openapi.json";

  private final byte[] document;
  private final OpenAPIContract contract;
  private final Map<String, RestOperation> operations;
  private final OperationPaths paths;

  private RestContract(
      byte[] document, OpenAPIContract contract, Map<String, RestOperation> operations) {
    this.document = document;
    this.contract = contract;
    this.operations = operations;
    this.paths = new OperationPaths(operations.values());
  }

  /** Loads the bundled document and validates it against the schema of OpenAPI 3.1. */
  public static Future<RestContract> load(Vertx vertx) {
    var bytes = loadDocument();
    var json = new JsonObject(Buffer.buffer(bytes));
    var operations = parseOperations(json);
    return OpenAPIContract.from(vertx, supportedDocument(json))
        .map(contract -> new RestContract(bytes, contract, operations));
  }

  /**
   * Returns a copy of the document without the parts that the library does not support: server URLs
   * that are not absolute, and responses in CSV.
   */
  public static JsonObject supportedDocument(JsonObject document) {
    var supported = document.copy();
    supported.remove("servers");
    objects(supported.getJsonObject("paths"))
        .flatMap(RestContract::objects)
        .flatMap(operation -> objects(operation.getJsonObject("responses")))
        .map(response -> response.getJsonObject("content", new JsonObject()))
        .forEach(content -> content.remove("text/csv"));
    return supported;
  }

  /** Returns the document as it is served; callers must not change it. */
  public byte[] document() {
    return document;
  }

  public Collection<RestOperation> operations() {
    return operations.values();
  }

  /** Returns the operation with this id, which the document contains. */
  public RestOperation operation(String id) {
    return Objects.requireNonNull(operations.get(id), id);
  }

  /** Returns the path of the document that a request addresses. */
  public Optional<String> findPath(String requestPath) {
    return paths.find(requestPath);
  }

  /** Returns the methods of a path of the document. */
  public List<HttpMethod> methods(String path) {
    return paths.methods(path);
  }

  /** Creates the routes of the document; each GET route also accepts HEAD. */
  public Router router(Vertx vertx, Function<RestOperation, Handler<RoutingContext>> handlers) {
    var builder = RouterBuilder.create(vertx, contract);
    for (var route : builder.getRoutes()) {
      var operation = operation(route.getOperation().getOperationId());
      route.setDoSecurity(false).setDoValidation(false).addHandler(handlers.apply(operation));
    }
    var router = builder.createRouter();
    router.getRoutes().stream()
        .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.GET))
        .forEach(route -> route.method(HttpMethod.HEAD));
    return router;
  }

  /**
   * Throws a {@link BadRequestException} if the path or the query of a request cannot be decoded:
   * Vert.x decodes both when a route has a parameter in its path, and replaces malformed UTF-8.
   */
  public void requireWellFormedUri(HttpServerRequest request) {
    QueryStringParser.requireWellFormed("path", Objects.requireNonNullElse(request.path(), ""));
    QueryStringParser.requireWellFormed(
        QueryStringParser.QUERY, Objects.requireNonNullElse(request.query(), ""));
  }

  private static Map<String, RestOperation> parseOperations(JsonObject document) {
    var schemaReader = new SchemaReader(document);
    var operations = new LinkedHashMap<String, RestOperation>();
    for (var path : document.getJsonObject("paths")) {
      for (var method : (JsonObject) path.getValue()) {
        var operation =
            RestOperation.of(
                HttpMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT)),
                path.getKey(),
                (JsonObject) method.getValue(),
                schemaReader);
        operations.put(operation.id(), operation);
      }
    }
    return operations;
  }

  private static Stream<JsonObject> objects(JsonObject parent) {
    return parent.stream().map(member -> (JsonObject) member.getValue());
  }

  private static byte[] loadDocument() {
    try (var resource = RestContract.class.getResourceAsStream(RESOURCE)) {
      return Objects.requireNonNull(resource, RESOURCE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
