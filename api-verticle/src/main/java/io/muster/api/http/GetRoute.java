package io.muster.api.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * A read-only route. GET and HEAD reach the handler; OPTIONS returns only the headers that {@link
 * Cors} has set; another method fails with 405 and an {@code Allow} header; the path with a
 * trailing slash does not match.
 */
public final class GetRoute {
  private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  private static final String ALLOW = "GET,HEAD";

  private GetRoute() {}

  /** Adds the route; {@code :name} in the path matches one segment. */
  public static void mount(Router router, String path, Handler<RoutingContext> handler) {
    router
        .route(path)
        .handler(
            routingContext -> {
              if (!isPath(routingContext, path)) {
                routingContext.next();
              } else if (METHODS.contains(routingContext.request().method())) {
                handler.handle(routingContext);
              } else if (routingContext.request().method().equals(HttpMethod.OPTIONS)) {
                ResponseBody.end(routingContext.response(), "");
              } else {
                routingContext.response().putHeader(HttpHeaders.ALLOW, ALLOW);
                routingContext.fail(405);
              }
            });
  }

  /** Returns false for a trailing slash, which Vert.x ignores. */
  private static boolean isPath(RoutingContext routingContext, String path) {
    var requestPath = routingContext.normalizedPath();
    return path.indexOf(':') < 0 ? requestPath.equals(path) : !requestPath.endsWith("/");
  }
}
