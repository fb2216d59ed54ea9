package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.ResponseBody;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;

/**
 * The envelope of every REST response, keys in this order: {@code
 * {"success":true,"data":...,"message":"Operation successful","timestamp":"..."}}.
 */
final class Envelope {
  private Envelope() {}

  /** Ends the response with data in JSON. */
  static Future<Void> sendSuccess(HttpServerResponse response, Buffer data, Instant at) {
    return ResponseBody.end(
        setHead(response, 200), prefix(true).appendBuffer(data).appendBuffer(successSuffix(at)));
  }

  /** Ends the response with an error message. */
  static Future<Void> sendFailure(
      HttpServerResponse response, int status, String message, Instant at) {
    return ResponseBody.end(
        setHead(response, status),
        prefix(false).appendString("null").appendBuffer(suffix(message, at)));
  }

  /** Sets status and headers of a response; responses are never cached. */
  static HttpServerResponse setHead(HttpServerResponse response, int status) {
    return ResponseBody.putJsonHeaders(response.setStatusCode(status));
  }

  /** Returns the part before the data. */
  static Buffer prefix(boolean success) {
    return Buffer.buffer("{\"success\":" + success + ",\"data\":");
  }

  /** Returns the part after the data of a success. */
  static Buffer successSuffix(Instant at) {
    return suffix("Operation successful", at);
  }

  private static Buffer suffix(String message, Instant at) {
    return Buffer.buffer()
        .appendString(",\"message\":")
        .appendBytes(WireJson.bytes(message))
        .appendBytes((",\"timestamp\":\"" + WireTime.utcMicros(at) + "\"}").getBytes(UTF_8));
  }
}
