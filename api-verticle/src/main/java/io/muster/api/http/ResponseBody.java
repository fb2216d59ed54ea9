package io.muster.api.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Ends a response with its body and its {@code Content-Length}, which a HEAD response has too. */
public final class ResponseBody {
  private ResponseBody() {}

  /** Ends the response; without this header the server would not send the length for a HEAD. */
  public static Future<Void> end(HttpServerResponse response, Buffer bytes) {
    return response
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length()))
        .end(bytes);
  }

  /** Ends the response with a text in UTF-8. */
  public static Future<Void> end(HttpServerResponse response, String text) {
    return end(response, Buffer.buffer(text));
  }
}
