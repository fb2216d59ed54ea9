package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.Body;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;

/**
 * The one shape of every REST answer, keys in this order: {@code
 * {"success":true,"data":...,"message":"Operation successful","timestamp":"..."}}.
 */
final class Envelope {
  private static final byte[] NULL = "null".getBytes(UTF_8);

  private Envelope() {}

  static Buffer success(byte[] data, Instant at) {
    return envelope(true, data, "Operation successful", at);
  }

  static Buffer failure(String message, Instant at) {
    return envelope(false, NULL, message, at);
  }

  /** Sends an envelope; never cached. */
  static void send(HttpServerResponse response, int status, Buffer envelope) {
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    // Whether the client still hears it is its own affair.
    Body.end(response, envelope);
  }

  private static Buffer envelope(boolean success, byte[] data, String message, Instant at) {
    return Buffer.buffer()
        .appendString("{\"success\":" + success + ",\"data\":")
        .appendBytes(data)
        .appendString(",\"message\":")
        .appendBytes(WireJson.bytes(message))
        .appendString(",\"timestamp\":\"" + WireTime.utcMicros(at) + "\"}");
  }
}
