package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.http.ResponseBody;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;

/**
 * The envelope of every REST response, keys in this order: {@code
 * {"success":true,"data":...,"message":"Operation successful","timestamp":"..."}}.
 */
final class Envelope {
  /** A client may keep the response if it asks each time whether it still holds. */
  private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("private, no-cache");

  private Envelope() {}

  /**
   * Ends the response with data in JSON. A response to a read has an entity tag, and is 304 without
   * a body if the client has the same data.
   */
  static Future<Void> sendSuccess(HttpServerRequest request, Buffer data, Instant at) {
    var response = setHead(request.response(), 200);
    if (isRead(request)) {
      var tag = EntityTag.of(data);
      response
          .putHeader(HttpHeaders.ETAG, tag.toString())
          .putHeader(HttpHeaders.CACHE_CONTROL, REVALIDATE);
      if (tag.isNamedBy(request)) {
        response.headers().remove(HttpHeaders.CONTENT_TYPE);
        return response.setStatusCode(304).end();
      }
    }
    return ResponseBody.end(request, success(data, at));
  }

  /** Returns the envelope of data in JSON. */
  static Buffer success(Buffer data, Instant at) {
    return prefix(true).appendBuffer(data).appendBuffer(successSuffix(at));
  }

  /** Ends the response with an error message. */
  static Future<Void> sendFailure(
      HttpServerResponse response, int status, String message, Instant at) {
    return ResponseBody.end(
        setHead(response, status),
        prefix(false).appendString("null").appendBuffer(suffix(message, at)));
  }

  /** Sets status and headers of a response that is not cached. */
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

  private static boolean isRead(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  private static Buffer suffix(String message, Instant at) {
    return Buffer.buffer()
        .appendString(",\"message\":")
        .appendBytes(WireJson.bytes(message))
        .appendBytes((",\"timestamp\":\"" + WireTime.utcMicros(at) + "\"}").getBytes(UTF_8));
  }
}
