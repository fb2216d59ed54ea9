package io.muster.api;

import io.muster.api.allsmi.EventsEndpoint;
import io.muster.api.allsmi.MetricsEndpoint;
import io.muster.api.allsmi.ReadyEndpoint;
import io.muster.api.allsmi.SnapshotEndpoint;
import io.muster.api.http.Cors;
import io.muster.api.http.GetRoute;
import io.muster.api.http.TokenAuthHandler;
import io.muster.api.operations.DiscoveryEndpoint;
import io.muster.api.operations.HealthEndpoint;
import io.muster.api.operations.HostsEndpoint;
import io.muster.api.rest.DocsEndpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.usage.UsageEndpoint;
import io.muster.bus.FleetException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All routes, and the response to a failed request in the format of its endpoint. */
record Endpoints(
    SnapshotEndpoint snapshot,
    EventsEndpoint events,
    MetricsEndpoint metrics,
    ReadyEndpoint ready,
    HealthEndpoint health,
    HostsEndpoint hosts,
    DiscoveryEndpoint discovery,
    RestEndpoint rest,
    DocsEndpoint docs,
    SocktopEndpoint socktop,
    UsageEndpoint usage) {
  /** The path of one host's exposition. */
  static final String HOST_METRICS = "/hosts/:host/metrics";

  /** The path of the endpoint that may reject unauthenticated requests itself. */
  static final String SOCKTOP = "/ws";

  private static final Logger log = LoggerFactory.getLogger(Endpoints.class);
  private static final String SNAPSHOT = "/snapshot";
  private static final String ALL_SMI_READY = "/-/ready";
  private static final String LIVENESS = "/healthz";
  private static final String READINESS = "/readyz";
  private static final String USAGE = "/usage";
  private static final String HOST_SEGMENT = "/:host";

  /** The only paths that need no token: probes have none. */
  static final Set<String> PUBLIC_PATHS = Set.of(ALL_SMI_READY, LIVENESS, READINESS);

  Router router(Vertx vertx, Cors cors, Optional<TokenAuthHandler> token) {
    var router = Router.router(vertx);
    // First and without a path: matching would parse the path, which may be malformed.
    router
        .route()
        .failureHandler(routingContext -> handleFailure(routingContext, statusOf(routingContext)));
    router.route().handler(cors);
    token.ifPresent(handler -> router.route().handler(handler));
    GetRoute.mount(router, SNAPSHOT, snapshot::handle);
    GetRoute.mount(router, "/events", events::handle);
    GetRoute.mount(router, "/metrics", metrics::handle);
    GetRoute.mount(router, HOST_METRICS, metrics::handleHost);
    GetRoute.mount(router, ALL_SMI_READY, ready::handle);
    GetRoute.mount(router, LIVENESS, health::handleLiveness);
    GetRoute.mount(router, READINESS, health::handleReadiness);
    GetRoute.mount(router, "/hosts", hosts::handle);
    GetRoute.mount(router, "/sd", discovery::handle);
    GetRoute.mount(router, SOCKTOP, socktop::handle);
    GetRoute.mount(router, SOCKTOP + HOST_SEGMENT, socktop::handle);
    GetRoute.mount(router, USAGE, usage::handle);
    GetRoute.mount(router, USAGE + HOST_SEGMENT, usage::handle);
    docs.mount(router);
    rest.mount(vertx, router);
    for (var status : new int[] {400, 404, 405, 413, 415}) {
      router.errorHandler(status, routingContext -> handleFailure(routingContext, status));
    }
    router.errorHandler(
        500, routingContext -> handleFailure(routingContext, statusOf(routingContext)));
    return router;
  }

  private void handleFailure(RoutingContext routingContext, int status) {
    if (status == 500) {
      log.error(
          "request failed method={} path={}",
          routingContext.request().method(),
          path(routingContext),
          routingContext.failure());
    }
    if (routingContext.response().ended() || routingContext.response().headWritten()) {
      return;
    }
    var message = messageOf(routingContext, status);
    if (path(routingContext).startsWith("/api/")) {
      rest.sendFailure(routingContext, status, message);
    } else if (path(routingContext).equals(SNAPSHOT)) {
      SnapshotEndpoint.fail(routingContext, status, message);
    } else {
      respondWithText(routingContext, status, message);
    }
  }

  private static void respondWithText(RoutingContext routingContext, int status, String message) {
    var response = routingContext.response().setStatusCode(status);
    if (status == 404 && routingContext.failure() == null) {
      response.end();
      return;
    }
    var prefix = status == 400 ? "Failed to deserialize query string: " : "";
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8").end(prefix + message);
  }

  /** The normalized path; the raw path if it contains an invalid escape. */
  private static String path(RoutingContext routingContext) {
    try {
      return routingContext.normalizedPath();
    } catch (IllegalArgumentException brokenEscape) {
      return routingContext.request().path();
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
      case 404 -> "no such path: " + path(routingContext);
      case 405 -> "method " + routingContext.request().method() + " is not allowed here";
      default -> "internal error";
    };
  }
}
