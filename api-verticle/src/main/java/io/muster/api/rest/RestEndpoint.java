package io.muster.api.rest;

import io.muster.api.http.Endpoint;
import io.muster.api.http.ResponseBody;
import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.rest.contract.RestOperation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routes of the OpenAPI document under {@code /api/}, with responses in the envelope. Confined
 * to one event loop.
 */
public final class RestEndpoint implements Endpoint {
  private static final String ALL_PATHS = "/api/*";

  /** The database is reconnected within seconds of its return. */
  private static final String RETRY_AFTER_SECONDS = "5";

  private final Vertx vertx;
  private final RestContract contract;
  private final InstantSource clock;
  private final Map<String, Function<List<Arguments>, Future<RestResponse>>> operations;

  public RestEndpoint(
      Vertx vertx, RestContract contract, RestServices services, InstantSource clock) {
    this.vertx = vertx;
    this.contract = contract;
    this.clock = clock;
    var clients = new ClientOperations(services.registry());
    var hosts = new HostOperations(services.registry());
    var devices = new DeviceOperations(services.registry());
    var models = new ModelOperations(services.registry());
    var history = new HistoryOperations(services.history(), services.events());
    this.operations =
        Map.ofEntries(
            Map.entry("insertClient", withSingleArguments(clients::insert)),
            Map.entry("clientList", withSingleArguments(clients::list)),
            Map.entry("clientStatusList", withSingleArguments(clients::list)),
            Map.entry("clientDeviceDetail", withSingleArguments(clients::detail)),
            Map.entry("editClientInfo", withSingleArguments(clients::edit)),
            Map.entry("clientStat", withSingleArguments(history::stat)),
            Map.entry("clientMonitor", withSingleArguments(history::monitor)),
            Map.entry("clientHealth", withSingleArguments(history::health)),
            Map.entry("insertModel", withSingleArguments(models::insert)),
            Map.entry("getModels", withSingleArguments(models::list)),
            Map.entry("deleteModel", withSingleArguments(models::delete)),
            Map.entry("listHosts", withSingleArguments(hosts::list)),
            Map.entry("listDevices", withSingleArguments(devices::list)),
            Map.entry("getFleet", withSingleArguments(history::fleet)),
            Map.entry("getFleetEnergy", withSingleArguments(history::energy)),
            Map.entry("listEvents", withSingleArguments(history::events)),
            Map.entry("getHost", withSingleArguments(hosts::find)),
            Map.entry("getHostHistory", withSingleArguments(history::host)),
            Map.entry("getDeviceHistory", withSingleArguments(history::device)),
            Map.entry("deleteHost", withSingleArguments(hosts::delete)),
            Map.entry("storeHeartbeats", new HeartbeatOperation(services.heartbeats())::store));
  }

  /**
   * Returns a read operation as a query: a function from its parameters, as texts, to the body that
   * a GET returns. The function throws, or its future fails, as the operation does.
   */
  public Function<Map<String, String>, Future<Buffer>> query(String operationId) {
    var operation = contract.operation(operationId);
    return parameters ->
        run(operation, List.of(operation.arguments(parameters)))
            .compose(RestResponse::data)
            .map(data -> Envelope.success(data, clock.instant()));
  }

  @Override
  public Set<String> paths() {
    return Set.of(ALL_PATHS);
  }

  /** Returns true: gpuf-s is open to all of them, without a token too. */
  @Override
  public boolean allowsAllOrigins() {
    return true;
  }

  @Override
  public void mount(Router router) {
    router
        .route(HttpMethod.OPTIONS, ALL_PATHS)
        .handler(routingContext -> ResponseBody.end(routingContext.response(), ""));
    router.route(ALL_PATHS).handler(this::rejectMalformedUri);
    router.route("/*").subRouter(routes());
    router.route(ALL_PATHS).handler(this::rejectOtherMethods);
  }

  /** Responds in the envelope. */
  @Override
  public void sendFailure(RoutingContext routingContext, int status, String message) {
    if (status == 503) {
      routingContext.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    // Ignored: the client may have disconnected.
    Envelope.sendFailure(routingContext.response(), status, message, clock.instant());
  }

  Router routes() {
    return contract.router(vertx, operation -> routingContext -> handle(routingContext, operation));
  }

  private void handle(RoutingContext routingContext, RestOperation operation) {
    if (!isPath(routingContext, operation)) {
      routingContext.next();
      return;
    }
    Future.succeededFuture(routingContext.request())
        .compose(request -> operation.arguments(request, routingContext.pathParams()))
        .compose(request -> run(operation, request))
        .compose(response -> response.send(routingContext.request(), clock))
        .onFailure(cause -> handleFailure(routingContext, cause));
  }

  private Future<RestResponse> run(RestOperation operation, List<Arguments> request) {
    return Optional.ofNullable(operations.get(operation.id())).orElseThrow().apply(request);
  }

  private void rejectMalformedUri(RoutingContext routingContext) {
    try {
      contract.requireWellFormedUri(routingContext.request());
    } catch (BadRequestException malformed) {
      handleFailure(routingContext, malformed);
      return;
    }
    routingContext.next();
  }

  private void handleFailure(RoutingContext routingContext, Throwable cause) {
    if (routingContext.response().closed()) {
      return; // The client disconnected while it sent its body.
    }
    if (cause instanceof BadRequestException badRequest) {
      sendFailure(routingContext, badRequest.status(), String.valueOf(badRequest.getMessage()));
    } else {
      routingContext.fail(cause);
    }
  }

  private static Function<List<Arguments>, Future<RestResponse>> withSingleArguments(
      Function<Arguments, Future<RestResponse>> operation) {
    return request -> operation.apply(request.get(0));
  }

  private void rejectOtherMethods(RoutingContext routingContext) {
    var path = contract.findPath(routingContext.normalizedPath());
    if (path.isEmpty()) {
      routingContext.next();
      return;
    }
    var methods = contract.methods(path.get());
    var allowed =
        Stream.concat(
                methods.stream().map(HttpMethod::name),
                methods.contains(HttpMethod.GET) ? Stream.of("HEAD") : Stream.of())
            .collect(Collectors.joining(","));
    Endpoint.rejectMethod(routingContext, allowed);
  }

  /** Vert.x routes ignore a trailing slash, which is not part of the path here. */
  private boolean isPath(RoutingContext routingContext, RestOperation operation) {
    return contract
        .findPath(routingContext.normalizedPath())
        .filter(operation.path()::equals)
        .isPresent();
  }
}
