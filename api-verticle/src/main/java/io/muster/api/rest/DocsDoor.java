package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.Body;
import io.muster.api.http.GetRoute;
import io.muster.api.http.SharedBody;
import io.muster.api.rest.contract.RestContract;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * {@code /openapi.json}, and the page of it for people at {@code /docs}, which needs nothing from
 * elsewhere. The page hands the token that it was asked for with to all that it asks for. Confined
 * to one event loop.
 */
public final class DocsDoor {
  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.31.0/";
  private static final String OWN = "/docs/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Styles stand in the elements that Swagger UI makes; scripts do not. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final Vertx vertx;
  private final SharedBody document;
  private final String page;
  private final Map<String, Future<SharedBody>> files = new HashMap<>();

  public DocsDoor(Vertx vertx, RestContract contract) {
    this.vertx = vertx;
    this.document = new SharedBody(contract.document());
    this.page = new String(read(OWN + "index.html"), UTF_8);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    GetRoute.mount(router, "/openapi.json", this::document);
    GetRoute.mount(router, "/docs", this::page);
    mount(router, OWN, "docs.js", SCRIPT);
    mount(router, WEBJAR, "swagger-ui-bundle.js", SCRIPT);
    mount(router, WEBJAR, "swagger-ui.css", "text/css; charset=utf-8");
  }

  private void mount(Router router, String directory, String name, String type) {
    GetRoute.mount(router, OWN + name, request -> file(request, directory + name, type));
  }

  private void document(RoutingContext request) {
    head(request, "application/json", "no-store");
    document.end(request.request(), request.response());
  }

  private void page(RoutingContext request) {
    var token = request.queryParams().get("token");
    var query = token == null ? "" : "?token=" + URLEncoder.encode(token, UTF_8);
    head(request, "text/html; charset=utf-8", "no-store")
        .putHeader("Content-Security-Policy", POLICY);
    Body.end(request.response(), page.replace("{query}", query));
  }

  private void file(RoutingContext request, String resource, String type) {
    files
        .computeIfAbsent(resource, this::load)
        .onSuccess(
            body -> {
              head(request, type, "private, max-age=3600");
              body.end(request.request(), request.response());
            })
        .onFailure(request::fail);
  }

  /** Reading and compressing a script takes a while. */
  private Future<SharedBody> load(String resource) {
    return vertx.executeBlocking(() -> new SharedBody(read(resource)).compress(), false);
  }

  private static HttpServerResponse head(RoutingContext request, String type, String caching) {
    return request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .putHeader(HttpHeaders.CACHE_CONTROL, caching)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
  }

  private static byte[] read(String resource) {
    try (var stream = DocsDoor.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(stream, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
