package io.muster.api.http;

import io.muster.bus.FleetException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes requests to endpoints, with the rules of access in front of them. A failed request is
 * answered by the owner of its path. Confined to one event loop.
 */
public final class EndpointRouter {
  private static final Logger log = LoggerFactory.getLogger(EndpointRouter.class);
  private static final List<Integer> CLIENT_ERRORS = List.of(400, 404, 405, 413, 415);

  private final List<Endpoint> endpoints;
  private final EndpointPaths paths;

  public EndpointRouter(List<Endpoint> endpoints) {
    this.endpoints = List.copyOf(endpoints);
    this.paths = new EndpointPaths(endpoints);
  }

  /** Creates the routes of all endpoints, for listeners with these rules. */
  public Router create(Vertx vertx, AccessRules rules) {
    var router = Router.router(vertx);
    // First and without a path: matching would parse the path, which may be malformed.
    router
        .route()
        .failureHandler(routingContext -> handleFailure(routingContext, statusOf(routingContext)));
    router
        .route()
        .handler(routingContext -> rules.apply(routingContext, paths.owner(routingContext)));
    endpoints.forEach(endpoint -> endpoint.mount(router));
    for (var status : CLIENT_ERRORS) {
      router.errorHandler(status, routingContext -> handleFailure(routingContext, status));
    }
    router.errorHandler(
        500, routingContext -> handleFailure(routingContext, statusOf(routingContext)));
    return router;
  }

  private void handleFailure(RoutingContext routingContext, int failureStatus) {
    var owner = paths.owner(routingContext);
    var isBodyUnreadable = failureStatus == 500 && owner.isReadingBody(routingContext);
    var status = isBodyUnreadable ? 400 : failureStatus;
    if (status == 500) {
      log.error(
          "request failed method={} path={}",
          routingContext.request().method(),
          EndpointPaths.path(routingContext),
          routingContext.failure());
    }
    var response = routingContext.response();
    if (!response.ended() && !response.headWritten() && !response.closed()) {
      var message =
          isBodyUnreadable
              ? "body: expected complete and well-formed chunks"
              : messageOf(routingContext, status);
      owner.sendFailure(routingContext, status, message);
    }
  }

  private static int statusOf(RoutingContext routingContext) {
    if (routingContext.failure() instanceof FleetException failure) {
      return failure.code().httpStatus();
    }
    return routingContext.statusCode() >= 400 ? routingContext.statusCode() : 500;
  }

  private static String messageOf(RoutingContext routingContext, int status) {
    if (routingContext.failure() instanceof FleetException failure) {
      return String.valueOf(failure.getMessage());
    }
    return switch (status) {
      case 400 -> "the path or the query is malformed";
      case 401 -> "the token is missing or wrong: send it as Authorization: Bearer, or as ?token=";
      case 403 -> "a page of another origin cannot write: add its origin to api.cors_origins";
      case 421 ->
          "the requested host is not a name of this node: add it to api.hosts, or set a token";
      case 413 -> "the body is too large";
      case 404 -> "no such path: " + EndpointPaths.path(routingContext);
      case 429 -> "this address has sent too many wrong tokens: retry later";
      case 405 -> "method " + routingContext.request().method() + " is not allowed here";
      default -> "internal error";
    };
  }
}
