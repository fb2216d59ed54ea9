package io.muster.api.rest.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.Body;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;

/**
 * The one shape of every REST answer, keys in this order: {@code
 * {"success":true,"data":...,"message":"Operation successful","timestamp":"..."}}.
 */
public final class Envelope {
  private Envelope() {}

  /** Ends the answer with data in JSON. */
  static Future<Void> succeed(HttpServerResponse response, Buffer data, Instant at) {
    return Body.end(
        head(response, 200), opening(true).appendBuffer(data).appendBuffer(successful(at)));
  }

  /** Ends the answer with what went wrong. */
  public static Future<Void> fail(
      HttpServerResponse response, int status, String message, Instant at) {
    return Body.end(
        head(response, status), opening(false).appendString("null").appendBuffer(end(message, at)));
  }

  /** The head of every answer; it is never kept. */
  static HttpServerResponse head(HttpServerResponse response, int status) {
    return response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
  }

  /** What stands before the data. */
  static Buffer opening(boolean success) {
    return Buffer.buffer("{\"success\":" + success + ",\"data\":");
  }

  /** What stands behind the data of a success. */
  static Buffer successful(Instant at) {
    return end("Operation successful", at);
  }

  private static Buffer end(String message, Instant at) {
    return Buffer.buffer()
        .appendString(",\"message\":")
        .appendBytes(WireJson.bytes(message))
        .appendBytes((",\"timestamp\":\"" + WireTime.utcMicros(at) + "\"}").getBytes(UTF_8));
  }
}
