package io.muster.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the CORS headers: no other origin, the listed origins, or all origins may read responses. A
 * listed origin is compared byte for byte with the {@code Origin} header, and echoed. Credentials
 * that browsers add automatically, such as cookies, are never allowed; the token is not such a
 * credential. An endpoint may allow all origins whatever the settings, as the REST endpoint does.
 */
public final class Cors {
  private static final Logger log = LoggerFactory.getLogger(Cors.class);
  private static final String ALL = "*";
  private static final Pattern ORIGIN =
      Pattern.compile("null|[A-Za-z][A-Za-z0-9+.-]*://[\\x21-\\x7e&&[^/?#@*,]]+");
  private static final CharSequence METHODS = HttpHeaders.createOptimized("GET,OPTIONS");
  private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
  private static final CharSequence VARY_ORIGIN = HttpHeaders.createOptimized("origin");

  private final boolean allowsAll;
  private final Set<String> origins;
  private final CharSequence allowedHeaders;
  private final CharSequence openHeaders;

  private Cors(boolean all, Set<String> origins, boolean withToken) {
    this.allowsAll = all;
    this.origins = origins;
    // For browsers the asterisk does not include this header.
    var authorization = withToken ? ",authorization" : "";
    this.allowedHeaders =
        HttpHeaders.createOptimized("accept,content-type,last-event-id" + authorization);
    this.openHeaders = HttpHeaders.createOptimized(ALL + authorization);
  }

  /**
   * Creates the handler. An invalid origin is ignored with a warning; without a valid one no origin
   * is allowed. If there is a token, pages may send it, which requires another header.
   */
  public static Cors of(AccessConfig access) {
    var origins = access.corsOrigins();
    var all = origins.contains(ALL);
    if (all) {
      log.warn("all origins are allowed key=api.cors_origins value=*");
    }
    origins.stream()
        .filter(origin -> !origin.equals(ALL) && !isOrigin(origin))
        .forEach(
            origin -> log.warn("invalid origin ignored key=api.cors_origins value={}", origin));
    return new Cors(
        all,
        origins.stream().filter(Cors::isOrigin).collect(Collectors.toUnmodifiableSet()),
        access.token().isSet());
  }

  /** Sets the headers of a response; the endpoint responds to the preflight. */
  void putHeaders(RoutingContext routingContext, Endpoint endpoint) {
    if (endpoint.allowsAllOrigins()) {
      putOpenHeaders(routingContext);
    } else {
      putConfiguredHeaders(routingContext);
    }
  }

  /** Allows all origins, as gpuf-s does, but never credentials that browsers add. */
  private void putOpenHeaders(RoutingContext routingContext) {
    var headers = routingContext.response().headers();
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALL);
    headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ALL);
    if (routingContext.request().method().equals(HttpMethod.OPTIONS)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, ALL);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, openHeaders);
    }
  }

  private void putConfiguredHeaders(RoutingContext routingContext) {
    var headers = routingContext.response().headers();
    if (allowsAll) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALL);
    } else {
      headers.add(VARY, VARY_ORIGIN);
      var origin = routingContext.request().getHeader(HttpHeaders.ORIGIN);
      if (origin != null && origins.contains(origin)) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      }
    }
    if (routingContext.request().method().equals(HttpMethod.OPTIONS)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders);
    }
  }

  private static boolean isOrigin(String text) {
    return ORIGIN.matcher(text).matches();
  }
}
