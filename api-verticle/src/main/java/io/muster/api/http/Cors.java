package io.muster.api.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Sets the CORS headers: no other origin, the listed origins, or all origins may read responses; a
 * listed origin is echoed. Credentials that browsers add automatically, such as cookies, are never
 * allowed; the token is not such a credential. If requests need it, an endpoint may allow all
 * origins whatever the settings, as the REST endpoint does. Safe for use by any thread.
 */
final class Cors {
  private static final String ALL = "*";
  private static final CharSequence METHODS = HttpHeaders.createOptimized("GET,OPTIONS");
  private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
  private static final CharSequence VARY_ORIGIN = HttpHeaders.createOptimized("origin");

  private final PageOrigins origins;
  private final boolean withToken;
  private final CharSequence allowedHeaders;
  private final CharSequence openHeaders;

  /**
   * Creates the handler.
   *
   * @param withToken true if requests need a token, which pages may send: that requires another
   *     header
   */
  Cors(PageOrigins origins, boolean withToken) {
    this.origins = origins;
    this.withToken = withToken;
    // For browsers the asterisk does not include this header.
    var authorization = withToken ? ",authorization" : "";
    this.allowedHeaders =
        HttpHeaders.createOptimized("accept,content-type,last-event-id" + authorization);
    this.openHeaders = HttpHeaders.createOptimized(ALL + authorization);
  }

  /** Sets the headers of a response; the endpoint responds to the preflight. */
  void putHeaders(RoutingContext routingContext, Endpoint endpoint) {
    var isPreflight = routingContext.request().method().equals(HttpMethod.OPTIONS);
    var headers = routingContext.response().headers();
    var isOpen = endpoint.allowsAllOrigins();
    var allowed = putAllowedOrigin(routingContext.request(), headers, isOpen && withToken);
    if (isOpen && allowed) {
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ALL);
    }
    if (isPreflight && (allowed || !isOpen)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, isOpen ? ALL : METHODS);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, isOpen ? openHeaders : allowedHeaders);
    }
  }

  /** Returns true if the page may read the response. */
  private boolean putAllowedOrigin(HttpServerRequest request, MultiMap headers, boolean all) {
    if (all || origins.allowsAll()) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALL);
      return true;
    }
    headers.add(VARY, VARY_ORIGIN);
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !origins.isListed(origin)) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    return true;
  }
}
