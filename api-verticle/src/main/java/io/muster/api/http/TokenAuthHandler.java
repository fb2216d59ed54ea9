package io.muster.api.http;

import io.muster.runtime.config.Secret;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Admits a request that carries the token: as {@code Authorization: Bearer}, or as {@code ?token=}
 * if a client cannot send headers. Public endpoints and OPTIONS need none: browsers send the
 * preflight without it, and no route returns data for it. A request that is not admitted reaches no
 * route.
 */
public final class TokenAuthHandler implements Handler<RoutingContext> {
  private static final String BEARER = "Bearer ";

  private final Secret token;
  private final EndpointPaths paths;

  TokenAuthHandler(Secret token, EndpointPaths paths) {
    this.token = token;
    this.paths = paths;
  }

  /** The value of the query parameter {@code token}. */
  public static Optional<String> queryToken(RoutingContext routingContext) {
    return Optional.ofNullable(routingContext.queryParams().get("token"));
  }

  @Override
  public void handle(RoutingContext routingContext) {
    var endpoint = paths.owner(routingContext);
    if (endpoint.isPublic()
        || routingContext.request().method().equals(HttpMethod.OPTIONS)
        || token.matches(presentedToken(routingContext))) {
      routingContext.next();
    } else {
      endpoint.rejectUnauthenticated(routingContext);
    }
  }

  private static String presentedToken(RoutingContext routingContext) {
    var header = routingContext.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : queryToken(routingContext).orElse("");
  }
}
