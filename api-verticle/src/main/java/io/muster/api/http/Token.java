package io.muster.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lets a request in that carries the token: as {@code Authorization: Bearer}, or as {@code ?token=}
 * where a client cannot send headers. It is compared in constant time and never logged. OPTIONS
 * needs none: browsers ask it before they send the token, and no route answers it with anything
 * that it knows.
 */
public final class Token implements Handler<RoutingContext> {
  private static final String BEARER = "Bearer ";

  private static final String STRANGER = "muster.stranger";

  private final byte[] secret;
  private final Set<String> openPaths;
  private final Predicate<String> ownWay;

  /**
   * A gate.
   *
   * @param openPaths paths that need no token, such as readiness probes
   * @param ownWay whether the door of a path turns strangers away in a way of its own, and hence
   *     gets them
   */
  public Token(String secret, Set<String> openPaths, Predicate<String> ownWay) {
    this.secret = secret.getBytes(UTF_8);
    this.openPaths = Set.copyOf(openPaths);
    this.ownWay = ownWay;
  }

  /** Whether the request lacks the token, and its door must turn it away. */
  public static boolean isStranger(RoutingContext request) {
    return request.get(STRANGER) != null;
  }

  @Override
  public void handle(RoutingContext request) {
    if (isOpen(request) || isRight(given(request))) {
      request.next();
    } else if (ownWay.test(request.request().path())) {
      request.put(STRANGER, true).next();
    } else {
      request.response().putHeader("WWW-Authenticate", "Bearer");
      request.fail(401);
    }
  }

  private boolean isOpen(RoutingContext request) {
    try {
      return request.request().method().equals(HttpMethod.OPTIONS)
          || openPaths.contains(request.normalizedPath());
    } catch (IllegalArgumentException brokenEscape) {
      return false; // The routes will say what is wrong with it.
    }
  }

  private boolean isRight(String given) {
    return MessageDigest.isEqual(secret, given.getBytes(UTF_8));
  }

  private static String given(RoutingContext request) {
    var header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return header.substring(BEARER.length()).strip();
    }
    var parameter = request.queryParams().get("token");
    return parameter == null ? "" : parameter;
  }
}
