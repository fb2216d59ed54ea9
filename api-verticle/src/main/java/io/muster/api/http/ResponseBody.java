package io.muster.api.http;

import io.muster.api.content.Gzip;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.zip.Deflater;

/** Ends a response with its body and its {@code Content-Length}, which a HEAD response has too. */
public final class ResponseBody {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  /** A smaller body fits into one packet anyway. */
  private static final int MIN_COMPRESSED_BYTES = 1024;

  private ResponseBody() {}

  /** Ends the response; without this header the server would not send the length for a HEAD. */
  public static Future<Void> end(HttpServerResponse response, Buffer bytes) {
    return response
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length()))
        .end(bytes);
  }

  /**
   * Ends the response to the request, compressed if the client accepts that and the body is not
   * small.
   */
  public static Future<Void> end(HttpServerRequest request, Buffer bytes) {
    var response = request.response();
    return bytes.length() >= MIN_COMPRESSED_BYTES && Gzip.negotiate(request, response)
        ? end(response, Buffer.buffer(Gzip.compress(bytes.getBytes(), Deflater.BEST_SPEED)))
        : end(response, bytes);
  }

  /** Ends the response with a text in UTF-8. */
  public static Future<Void> end(HttpServerResponse response, String text) {
    return end(response, Buffer.buffer(text));
  }

  /** Ends the response with a text in UTF-8, of the type {@code text/plain}. */
  public static Future<Void> endWithText(HttpServerResponse response, String text) {
    return end(response.putHeader(HttpHeaders.CONTENT_TYPE, TEXT), text);
  }

  /** Ends the response, which must not be cached, with a value in JSON. */
  public static Future<Void> endWithJson(HttpServerResponse response, Object value) {
    return end(putJsonHeaders(response), Buffer.buffer(WireJson.bytes(value)));
  }

  /** Sets the headers of a response in JSON that must not be cached. */
  public static HttpServerResponse putJsonHeaders(HttpServerResponse response) {
    return putNoStore(response.putHeader(HttpHeaders.CONTENT_TYPE, JSON));
  }

  /** Forbids clients and proxies to cache the response. */
  public static HttpServerResponse putNoStore(HttpServerResponse response) {
    return response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
  }
}
