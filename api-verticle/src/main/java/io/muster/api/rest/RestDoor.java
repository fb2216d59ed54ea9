package io.muster.api.rest;

import io.muster.api.http.Body;
import io.muster.api.rest.answer.Envelope;
import io.muster.api.rest.answer.Reply;
import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.rest.contract.RestOperation;
import io.muster.api.rest.shape.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The routes of the OpenAPI document under {@code /api/}, answered in the envelope. Confined to one
 * event loop.
 */
public final class RestDoor {
  private static final String ALL = "/api/*";

  private final RestContract contract;
  private final InstantSource clock;
  private final Map<String, Function<List<Arguments>, Future<Reply>>> operations;

  public RestDoor(RestContract contract, Services services, InstantSource clock) {
    this.contract = contract;
    this.clock = clock;
    var clients = new ClientOperations(services.registry());
    var models = new ModelOperations(services.registry());
    var history = new HistoryOperations(services.history());
    this.operations =
        Map.ofEntries(
            Map.entry("insertClient", one(clients::insert)),
            Map.entry("clientList", one(clients::list)),
            Map.entry("clientStatusList", one(clients::list)),
            Map.entry("clientDeviceDetail", one(clients::detail)),
            Map.entry("editClientInfo", one(clients::edit)),
            Map.entry("clientStat", one(history::stat)),
            Map.entry("clientMonitor", one(history::monitor)),
            Map.entry("clientHealth", one(history::health)),
            Map.entry("insertModel", one(models::insert)),
            Map.entry("getModels", one(models::list)),
            Map.entry("storeHeartbeats", new HeartbeatOperation(services.heartbeats())::store));
  }

  /** Adds the routes. */
  public void mount(Vertx vertx, Router router) {
    router.route(HttpMethod.OPTIONS, ALL).handler(request -> Body.end(request.response(), ""));
    router.route("/*").subRouter(routes(vertx));
    contract.operations().forEach(operation -> refuseOtherMethods(router, operation));
  }

  /** Answers a failed request in the envelope. */
  public void fail(RoutingContext request, int status, String message) {
    // Whether the client still hears it is its own affair.
    Envelope.fail(request.response(), status, message, clock.instant());
  }

  Router routes(Vertx vertx) {
    return contract.router(vertx, operation -> request -> handle(request, operation));
  }

  private void handle(RoutingContext request, RestOperation operation) {
    if (!isPath(request, operation)) {
      request.next();
      return;
    }
    Future.succeededFuture(request.request())
        .compose(operation::arguments)
        .compose(answer(operation))
        .compose(reply -> reply.send(request.request(), clock))
        .onFailure(cause -> fail(request, cause));
  }

  private Function<List<Arguments>, Future<Reply>> answer(RestOperation operation) {
    return Optional.ofNullable(operations.get(operation.id())).orElseThrow();
  }

  private void fail(RoutingContext request, Throwable cause) {
    if (request.response().closed()) {
      return; // It left in the middle of its body.
    }
    if (cause instanceof Refusal refusal) {
      fail(request, refusal.status(), String.valueOf(refusal.getMessage()));
    } else {
      request.fail(cause);
    }
  }

  private static Function<List<Arguments>, Future<Reply>> one(
      Function<Arguments, Future<Reply>> operation) {
    return request -> operation.apply(request.get(0));
  }

  private static void refuseOtherMethods(Router router, RestOperation operation) {
    router
        .route(operation.path())
        .handler(
            request -> {
              if (isPath(request, operation)) {
                request.response().putHeader(HttpHeaders.ALLOW, allowed(operation));
                request.fail(405);
              } else {
                request.next();
              }
            });
  }

  private static String allowed(RestOperation operation) {
    return operation.method().equals(HttpMethod.GET) ? "GET,HEAD" : operation.method().name();
  }

  /** Vert.x takes a slash behind a path for nothing. */
  private static boolean isPath(RoutingContext request, RestOperation operation) {
    return request.normalizedPath().equals(operation.path());
  }
}
