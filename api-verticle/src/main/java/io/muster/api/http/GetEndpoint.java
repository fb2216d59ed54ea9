package io.muster.api.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;

/**
 * An endpoint with read-only routes. GET and HEAD reach the handler; OPTIONS returns only the
 * headers that {@link Cors} has set; another method fails with 405 and an {@code Allow} header; the
 * path with a trailing slash does not match.
 */
public interface GetEndpoint extends Endpoint {
  /** The handlers, by path; {@code :name} in a path matches one segment. */
  Map<String, Handler<RoutingContext>> handlers();

  @Override
  default Set<String> paths() {
    return handlers().keySet();
  }

  @Override
  default void mount(Router router) {
    handlers()
        .forEach(
            (path, handler) ->
                router
                    .route(path)
                    .handler(
                        routingContext -> {
                          if (isPath(routingContext, path)) {
                            handle(routingContext, handler);
                          } else {
                            routingContext.next();
                          }
                        }));
  }

  private static void handle(RoutingContext routingContext, Handler<RoutingContext> handler) {
    var method = routingContext.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      handler.handle(routingContext);
    } else if (method.equals(HttpMethod.OPTIONS)) {
      ResponseBody.end(routingContext.response(), "");
    } else {
      Endpoint.rejectMethod(routingContext, "GET,HEAD");
    }
  }

  /** Returns false for a trailing slash, which Vert.x ignores. */
  private static boolean isPath(RoutingContext routingContext, String path) {
    var requestPath = routingContext.normalizedPath();
    return path.indexOf(':') < 0 ? requestPath.equals(path) : !requestPath.endsWith("/");
  }
}
