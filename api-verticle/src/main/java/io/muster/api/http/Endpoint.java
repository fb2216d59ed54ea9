package io.muster.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * A path or protocol that clients use: its routes, and its rules for the paths that it owns. Called
 * on the event loop of its router only.
 */
public interface Endpoint {
  /**
   * The paths that the endpoint owns: {@code :name} matches one segment, {@code *} at the end any
   * rest.
   */
  Set<String> paths();

  /** Adds the routes of the endpoint. */
  void mount(Router router);

  /** Returns true if its paths need no token. */
  default boolean isPublic() {
    return false;
  }

  /**
   * Returns true if the pages of all origins may use it where requests need a token; without one,
   * the settings decide.
   */
  default boolean allowsAllOrigins() {
    return false;
  }

  /** Responds to a request that lacks the token, which reaches no route. */
  default void rejectUnauthenticated(RoutingContext routingContext) {
    routingContext.response().putHeader("WWW-Authenticate", "Bearer");
    routingContext.fail(401);
  }

  /** Returns true while the body of the request is read: it is the client that fails meanwhile. */
  default boolean isReadingBody(RoutingContext routingContext) {
    return false;
  }

  /**
   * Responds to a failed request, in the format of the endpoint; the default is that of all-smi.
   */
  default void sendFailure(RoutingContext routingContext, int status, String message) {
    var response = routingContext.response().setStatusCode(status);
    if (status == 404 && routingContext.failure() == null) {
      response.end();
      return;
    }
    var prefix = status == 400 ? "Failed to deserialize query string: " : "";
    ResponseBody.endWithText(response, prefix + message);
  }

  /** Fails a request whose method the path does not have. */
  static void rejectMethod(RoutingContext routingContext, String allowedMethods) {
    routingContext.response().putHeader(HttpHeaders.ALLOW, allowedMethods);
    routingContext.fail(405);
  }
}
