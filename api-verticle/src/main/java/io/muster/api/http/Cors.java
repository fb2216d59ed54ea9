package io.muster.api.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which pages of other origins may read the answers: none, those of a list, or all. A listed origin
 * is compared byte for byte with what the browser sends, and echoed. Credentials that browsers add
 * of themselves are never allowed; the token is not one of them. The REST doors are open to the
 * pages of all origins.
 */
public final class Cors implements Handler<RoutingContext> {
  private static final Logger log = LoggerFactory.getLogger(Cors.class);
  private static final String ALL = "*";
  private static final String REST = "/api/";
  private static final Pattern ORIGIN =
      Pattern.compile("null|[A-Za-z][A-Za-z0-9+.-]*://[\\x21-\\x7e&&[^/?#@*,]]+");
  private static final CharSequence METHODS = HttpHeaders.createOptimized("GET,OPTIONS");
  private static final CharSequence VARY = HttpHeaders.createOptimized("vary");
  private static final CharSequence VARY_ORIGIN = HttpHeaders.createOptimized("origin");

  private final boolean allowsAll;
  private final Set<String> origins;
  private final CharSequence allowedHeaders;
  private final CharSequence restHeaders;

  private Cors(boolean all, Set<String> origins, boolean withToken) {
    this.allowsAll = all;
    this.origins = origins;
    // Browsers do not take the asterisk for this one.
    var authorization = withToken ? ",authorization" : "";
    this.allowedHeaders =
        HttpHeaders.createOptimized("accept,content-type,last-event-id" + authorization);
    this.restHeaders = HttpHeaders.createOptimized(ALL + authorization);
  }

  /**
   * A rule; what is no origin is dropped with a warning, and nothing left means no origin.
   *
   * @param origins such as {@code https://grafana.example:3000}, {@code null} for pages that were
   *     opened from a file, or {@code *} for every page
   * @param withToken whether pages send a token, which takes a header more
   */
  public static Cors of(List<String> origins, boolean withToken) {
    var all = origins.contains(ALL);
    if (all) {
      log.warn("every page of every site may read the answers key=api.cors_origins value=*");
    }
    origins.stream()
        .filter(origin -> !origin.equals(ALL) && !isOrigin(origin))
        .forEach(origin -> log.warn("is no origin, dropped key=api.cors_origins value={}", origin));
    return new Cors(
        all,
        origins.stream().filter(Cors::isOrigin).collect(Collectors.toUnmodifiableSet()),
        withToken);
  }

  /** Puts the headers, whatever the answer will be; {@link GetRoute} answers the preflight. */
  @Override
  public void handle(RoutingContext request) {
    if (request.request().path().startsWith(REST)) {
      putRestHeaders(request);
    } else {
      putHeaders(request);
    }
    request.next();
  }

  /** As in gpuf-s: every page, but never with what browsers add of themselves. */
  private void putRestHeaders(RoutingContext request) {
    var headers = request.response().headers();
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALL);
    headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, ALL);
    if (request.request().method().equals(HttpMethod.OPTIONS)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, ALL);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, restHeaders);
    }
  }

  private void putHeaders(RoutingContext request) {
    var headers = request.response().headers();
    if (allowsAll) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ALL);
    } else {
      headers.add(VARY, VARY_ORIGIN);
      var origin = request.request().getHeader(HttpHeaders.ORIGIN);
      if (origin != null && origins.contains(origin)) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      }
    }
    if (request.request().method().equals(HttpMethod.OPTIONS)) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, allowedHeaders);
    }
  }

  private static boolean isOrigin(String text) {
    return ORIGIN.matcher(text).matches();
  }
}
