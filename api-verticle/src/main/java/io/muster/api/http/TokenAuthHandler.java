package io.muster.api.http;

import io.muster.runtime.config.Secret;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Admits a request that carries the token: as {@code Authorization: Bearer}, or as {@code ?token=}
 * if a client cannot send headers. The token is compared in constant time and never logged. OPTIONS
 * needs none: browsers send the preflight without it, and no route returns data for it.
 */
public final class TokenAuthHandler implements Handler<RoutingContext> {
  private static final String BEARER = "Bearer ";

  private static final String UNAUTHENTICATED = "muster.unauthenticated";

  private final Secret token;
  private final Set<String> publicPaths;
  private final Predicate<String> handlesUnauthenticated;

  /**
   * Creates the handler.
   *
   * @param publicPaths paths that need no token, such as readiness probes
   * @param handlesUnauthenticated returns true if the endpoint of a path rejects unauthenticated
   *     requests itself, and hence receives them
   */
  public TokenAuthHandler(
      Secret token, Set<String> publicPaths, Predicate<String> handlesUnauthenticated) {
    this.token = token;
    this.publicPaths = Set.copyOf(publicPaths);
    this.handlesUnauthenticated = handlesUnauthenticated;
  }

  /** Returns true if the request lacks the token, and its endpoint must reject it. */
  public static boolean isUnauthenticated(RoutingContext routingContext) {
    return routingContext.get(UNAUTHENTICATED) != null;
  }

  @Override
  public void handle(RoutingContext routingContext) {
    var path = routedPath(routingContext);
    if (isPublic(routingContext, path) || token.matches(presentedToken(routingContext))) {
      routingContext.next();
    } else if (handlesUnauthenticated.test(path)) {
      routingContext.put(UNAUTHENTICATED, true).next();
    } else {
      routingContext.response().putHeader("WWW-Authenticate", "Bearer");
      routingContext.fail(401);
    }
  }

  private boolean isPublic(RoutingContext routingContext, String path) {
    return routingContext.request().method().equals(HttpMethod.OPTIONS)
        || publicPaths.contains(path);
  }

  /** The path by which routes are selected; empty for an invalid escape, which they report. */
  private static String routedPath(RoutingContext routingContext) {
    try {
      return routingContext.normalizedPath();
    } catch (IllegalArgumentException brokenEscape) {
      return "";
    }
  }

  private static String presentedToken(RoutingContext routingContext) {
    var header = routingContext.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return header.substring(BEARER.length()).strip();
    }
    var parameter = routingContext.queryParams().get("token");
    return parameter == null ? "" : parameter;
  }
}
