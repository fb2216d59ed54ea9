package io.muster.api.docs;

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
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The endpoints {@code /openapi.json} and {@code /asyncapi.json}; {@code /docs} and {@code
 * /docs/events}, pages that show these documents and load nothing from other hosts; and {@code
 * /schema/frame.json}, the JSON Schema of a frame. The pages add the token with which they were
 * requested to all requests that they send. Confined to one event loop.
 */
public final class DocsEndpoint implements GetEndpoint {
  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/5.35.0/";
  private static final String OWN_RESOURCES = "/docs/";
  private static final String SCRIPT_TYPE = "text/javascript; charset=utf-8";

  private static final String STYLE_TYPE = "text/css; charset=utf-8";

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Swagger UI creates elements with inline styles, but no inline scripts. */
  private static final String SWAGGER_UI_SECURITY_POLICY =
      CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

  private final Vertx vertx;
  private final SharedBody document;
  private final SharedBody frameSchema = new SharedBody(FrameSchema.json());
  private final byte[] openApiDocument;
  private final String page;
  private final String eventsPage;
  private final Map<String, Future<SharedBody>> files = new HashMap<>();

  public DocsEndpoint(Vertx vertx, RestContract contract) {
    this.vertx = vertx;
    this.openApiDocument = contract.document();
    this.document = new SharedBody(openApiDocument);
    this.page = readText(OWN_RESOURCES + "index.html");
    this.eventsPage = readText(OWN_RESOURCES + "events.html");
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
        Map.entry("/asyncapi.json", this::sendAsyncApi),
        Map.entry(
            "/docs", routingContext -> sendPage(routingContext, page, SWAGGER_UI_SECURITY_POLICY)),
        Map.entry(
            "/docs/events",
            routingContext -> sendPage(routingContext, eventsPage, CONTENT_SECURITY_POLICY)),
        file(OWN_RESOURCES, "events.js", SCRIPT_TYPE),
        file(OWN_RESOURCES, "events.css", STYLE_TYPE),
        file(OWN_RESOURCES, "docs.js", SCRIPT_TYPE),
        file(WEBJAR, "swagger-ui-bundle.js", SCRIPT_TYPE),
        file(WEBJAR, "swagger-ui.css", STYLE_TYPE));
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

  private void sendAsyncApi(RoutingContext routingContext) {
    send(
        routingContext,
        "asyncapi.json",
        () -> AsyncApiDocument.compose(openApiDocument),
        headers -> setHeaders(headers, "application/json", "no-store"));
  }

  private static void sendPage(RoutingContext routingContext, String page, String securityPolicy) {
    var query =
        TokenAuth.queryToken(routingContext)
            .map(token -> "?token=" + URLEncoder.encode(token, UTF_8))
            .orElse("");
    setHeaders(routingContext, "text/html; charset=utf-8", "no-store")
        .putHeader("Content-Security-Policy", securityPolicy);
    ResponseBody.end(routingContext.response(), page.replace("{query}", query));
  }

  private void sendFile(RoutingContext routingContext, String resource, String contentType) {
    send(
        routingContext,
        resource,
        () -> read(resource),
        headers -> setHeaders(headers, contentType, "private, max-age=3600"));
  }

  private void send(
      RoutingContext routingContext,
      String name,
      Callable<byte[]> content,
      Consumer<RoutingContext> headers) {
    files
        .computeIfAbsent(name, missing -> load(content))
        .onSuccess(
            body -> {
              headers.accept(routingContext);
              body.end(routingContext.request(), routingContext.response());
            })
        .onFailure(routingContext::fail);
  }

  /** Runs on a worker thread, since reading and compressing a script takes time. */
  private Future<SharedBody> load(Callable<byte[]> content) {
    return vertx.executeBlocking(() -> new SharedBody(content.call()).compress(), false);
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

  private static String readText(String resource) {
    return new String(read(resource), UTF_8);
  }

  private static byte[] read(String resource) {
    try (var stream = DocsEndpoint.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(stream, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
