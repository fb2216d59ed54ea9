package io.muster.api.http;

import io.muster.runtime.config.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The token that requests must carry: as {@code Authorization: Bearer}, or as {@code ?token=} if a
 * client cannot send headers. Public endpoints and OPTIONS need none: browsers send the preflight
 * without it, and no route returns data for it.
 *
 * @param token not set if no request needs it
 */
public record TokenAuth(Secret token) {
  private static final String BEARER = "Bearer ";

  /** The value of the query parameter {@code token}. */
  public static Optional<String> queryToken(RoutingContext routingContext) {
    return Optional.ofNullable(routingContext.queryParams().get("token"));
  }

  /** Returns true if the request may reach the routes of the endpoint, which owns its path. */
  boolean admits(RoutingContext routingContext, Endpoint endpoint) {
    return !token.isSet()
        || endpoint.isPublic()
        || routingContext.request().method().equals(HttpMethod.OPTIONS)
        || token.matches(presentedToken(routingContext));
  }

  private static String presentedToken(RoutingContext routingContext) {
    var header = routingContext.request().getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : queryToken(routingContext).orElse("");
  }
}
