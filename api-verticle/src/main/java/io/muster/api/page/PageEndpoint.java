package io.muster.api.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.AccessRules;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.ResponseBody;
import io.muster.api.state.FleetState;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The web dashboard at {@code /}, and its files. They contain no data and need no token; the fleet
 * state is in the document only for a client that may read it. Confined to one event loop.
 */
public final class PageEndpoint implements GetEndpoint {
  static final String ASSETS_PATH = "/assets/";

  /** A larger state is not in the document: the stream shares its compressed form. */
  static final int MAX_INLINED_BYTES = 256 * 1024;

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final Vertx vertx;
  private final Supplier<FleetState> state;
  private final boolean tokenRequired;
  private final Map<String, String> identity;
  private @Nullable Future<PageFiles> files;

  /**
   * Creates the endpoint.
   *
   * @param state the newest state
   * @param tokenRequired true if the requests of the page need a token
   * @param identity texts about the node for a client that may read the state
   */
  public PageEndpoint(
      Vertx vertx,
      Supplier<FleetState> state,
      boolean tokenRequired,
      Map<String, String> identity) {
    this.vertx = vertx;
    this.state = state;
    this.tokenRequired = tokenRequired;
    this.identity = Map.copyOf(identity);
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/", this::handleDocument, ASSETS_PATH + ":name", this::handleAsset);
  }

  @Override
  public boolean isPublic() {
    return true;
  }

  private void handleDocument(RoutingContext routingContext) {
    var isAllowed = !tokenRequired || AccessRules.isFromOperator(routingContext);
    files()
        .onSuccess(
            loaded -> {
              ResponseBody.putNoStore(setHeaders(routingContext, "text/html; charset=utf-8"))
                  .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
              ResponseBody.end(routingContext.request(), document(loaded, isAllowed));
            })
        .onFailure(routingContext::fail);
  }

  private void handleAsset(RoutingContext routingContext) {
    files()
        .map(loaded -> loaded.find(routingContext.pathParam("name")))
        .onSuccess(found -> sendAsset(routingContext, found))
        .onFailure(routingContext::fail);
  }

  private static void sendAsset(RoutingContext routingContext, Optional<PageAsset> found) {
    if (found.isEmpty()) {
      ResponseBody.endWithText(
          ResponseBody.putNoStore(routingContext.response().setStatusCode(404)),
          "no such file in this version: reload the page");
      return;
    }
    var asset = found.get();
    var response =
        setHeaders(routingContext, asset.contentType())
            .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
            .putHeader(HttpHeaders.ETAG, asset.entityTag());
    var known = routingContext.request().getHeader(HttpHeaders.IF_NONE_MATCH);
    if (known != null && known.contains(asset.entityTag())) {
      response.setStatusCode(304).end();
    } else {
      asset.body().end(routingContext.request(), response);
    }
  }

  private Buffer document(PageFiles loaded, boolean isAllowed) {
    var facts = new TreeMap<String, Object>();
    facts.put("token_required", tokenRequired);
    var stateJson = new byte[0];
    if (isAllowed) {
      facts.putAll(identity);
      var current = state.get().full().json();
      stateJson = current.length > MAX_INLINED_BYTES ? stateJson : current;
    }
    return Buffer.buffer(loaded.documentStart())
        .appendString("{\"node\":")
        .appendString(escape(WireJson.bytes(facts)))
        .appendString(",\"state\":")
        .appendString(stateJson.length == 0 ? "null" : escape(stateJson))
        .appendString("}")
        .appendString(loaded.documentEnd());
  }

  /** A name that contains the end tag of a script must not end the element with the JSON. */
  private static String escape(byte[] json) {
    return new String(json, UTF_8).replace("<", "\\u003c");
  }

  /** Loads the files on a worker thread, since reading and compressing them takes time. */
  private Future<PageFiles> files() {
    var loading = files;
    if (loading == null) {
      loading = vertx.executeBlocking(PageFiles::shared, false);
      files = loading;
    }
    return loading;
  }

  private static HttpServerResponse setHeaders(RoutingContext routingContext, String contentType) {
    return routingContext
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("X-Content-Type-Options", "nosniff");
  }
}
