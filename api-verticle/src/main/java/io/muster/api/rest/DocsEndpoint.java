package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.GetEndpoint;
import io.muster.api.http.ResponseBody;
import io.muster.api.http.SharedBody;
import io.muster.api.http.TokenAuth;
import io.muster.api.rest.contract.RestContract;
import io.muster.schema.frame.FrameSchema;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The endpoints {@code /openapi.json}; {@code /docs}, a page that shows that document and loads
 * nothing from other hosts; and {@code /schema/frame.json}, the JSON Schema of a frame. The page
 * adds the token with which it was requested to all requests that it sends. Confined to one event
 * loop.
 */
public final class DocsEndpoint implements GetEndpoint {
  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.35.0/";
  private static final String OWN_RESOURCES = "/docs/";
  private static final String SCRIPT_TYPE = "text/javascript; charset=utf-8";

  /** Swagger UI creates elements with inline styles, but no inline scripts. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final Vertx vertx;
  private final SharedBody document;
  private final SharedBody frameSchema = new SharedBody(FrameSchema.json());
  private final String page;
  private final Map<String, Future<SharedBody>> files = new HashMap<>();

  public DocsEndpoint(Vertx vertx, RestContract contract) {
    this.vertx = vertx;
    this.document = new SharedBody(contract.document());
    this.page = new String(read(OWN_RESOURCES + "index.html"), UTF_8);
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.ofEntries(
        Map.entry(
            "/openapi.json",
            routingContext -> sendDocument(routingContext, "application/json", document)),
        Map.entry(
            "/schema/frame.json",
            routingContext -> sendDocument(routingContext, "application/schema+json", frameSchema)),
        Map.entry("/docs", this::sendPage),
        file(OWN_RESOURCES, "docs.js", SCRIPT_TYPE),
        file(WEBJAR, "swagger-ui-bundle.js", SCRIPT_TYPE),
        file(WEBJAR, "swagger-ui.css", "text/css; charset=utf-8"));
  }

  private Map.Entry<String, Handler<RoutingContext>> file(
      String directory, String name, String contentType) {
    return Map.entry(
        OWN_RESOURCES + name,
        routingContext -> sendFile(routingContext, directory + name, contentType));
  }

  private static void sendDocument(
      RoutingContext routingContext, String contentType, SharedBody document) {
    setHeaders(routingContext, contentType, "no-store");
    document.end(routingContext.request(), routingContext.response());
  }

  private void sendPage(RoutingContext routingContext) {
    var query =
        TokenAuth.queryToken(routingContext)
            .map(token -> "?token=" + URLEncoder.encode(token, UTF_8))
            .orElse("");
    setHeaders(routingContext, "text/html; charset=utf-8", "no-store")
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    ResponseBody.end(routingContext.response(), page.replace("{query}", query));
  }

  private void sendFile(RoutingContext routingContext, String resource, String contentType) {
    files
        .computeIfAbsent(resource, this::load)
        .onSuccess(
            body -> {
              setHeaders(routingContext, contentType, "private, max-age=3600");
              body.end(routingContext.request(), routingContext.response());
            })
        .onFailure(routingContext::fail);
  }

  /** Runs on a worker thread, since reading and compressing a script takes time. */
  private Future<SharedBody> load(String resource) {
    return vertx.executeBlocking(() -> new SharedBody(read(resource)).compress(), false);
  }

  private static HttpServerResponse setHeaders(
      RoutingContext routingContext, String contentType, String cacheControl) {
    return routingContext
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Content-Type-Options", "nosniff");
  }

  private static byte[] read(String resource) {
    try (var stream = DocsEndpoint.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(stream, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
