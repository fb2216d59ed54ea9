package io.muster.api.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The end of an answer: its bytes, and their number, which the answer to a HEAD tells too. */
public final class ResponseBody {
  private ResponseBody() {}

  /** Ends the answer; left to itself, the server would not tell the length to a HEAD. */
  public static Future<Void> end(HttpServerResponse response, Buffer bytes) {
    return response
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length()))
        .end(bytes);
  }

  /** Ends the answer with a text in UTF-8. */
  public static Future<Void> end(HttpServerResponse response, String text) {
    return end(response, Buffer.buffer(text));
  }
}
