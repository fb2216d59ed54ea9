package io.muster.api.rest.contract;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The JSON body that one operation accepts.
 *
 * @param schema schema of the body
 * @param maxBytes maximum size; a larger body is rejected
 */
record RequestBody(ValueSchema schema, int maxBytes) {
  private static final Pattern JSON =
      Pattern.compile("application/(?:json|[!#$&^_.a-z0-9-]+\\+json)", Pattern.CASE_INSENSITIVE);
  private static final Pattern OTHER_CHARSET =
      Pattern.compile("\\s*charset\\s*=(?!\\s*\"?utf-8\"?\\s*$).*", Pattern.CASE_INSENSITIVE);

  /** Bytes that a client may still send after its rejection, so that it reads the response. */
  private static final long MAX_DISCARDED_BYTES = 8L << 20;

  /**
   * Reads and validates the body; fails with a {@link BadRequestException}. Must be called before
   * the request is resumed.
   */
  Future<List<Arguments>> read(HttpServerRequest request) {
    if (!isJson(request)) {
      discard(request);
      return Future.failedFuture(
          new BadRequestException(
              415, "Content-Type: expected application/json in UTF-8, without Content-Encoding"));
    }
    return readBytes(request).map(body -> toArguments(schema.read("", StrictJson.parse(body))));
  }

  private static List<Arguments> toArguments(Object value) {
    return value instanceof List<?> list
        ? Arguments.listOf("", list)
        : List.of(new Arguments("", (Map<?, ?>) value));
  }

  /** Reads the whole body; sends 100 to a client that expects it. */
  private Future<Buffer> readBytes(HttpServerRequest request) {
    if (contentLength(request) > maxBytes) {
      discard(request);
      return Future.failedFuture(tooLarge());
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      // Ignored: the arrival of the body shows if it was sent.
      request.response().writeContinue();
    }
    var body = Buffer.buffer();
    var completion = Promise.<Buffer>promise();
    request
        .handler(
            chunk -> {
              if (body.length() + chunk.length() > maxBytes) {
                discard(request);
                completion.tryFail(tooLarge());
              } else {
                body.appendBuffer(chunk);
              }
            })
        .exceptionHandler(failure -> completion.tryFail(unreadable()))
        .endHandler(ignored -> completion.tryComplete(body));
    return completion.future();
  }

  /** The client sent malformed chunks, or has disconnected and reads no response. */
  private static BadRequestException unreadable() {
    return BadRequestException.of("", "complete and well-formed chunks");
  }

  private BadRequestException tooLarge() {
    return new BadRequestException(413, "body: expected at most " + maxBytes + " bytes");
  }

  private static void discard(HttpServerRequest request) {
    var discardedBytes = new long[1];
    request.handler(
        chunk -> {
          discardedBytes[0] += chunk.length();
          if (discardedBytes[0] > MAX_DISCARDED_BYTES) {
            // A client that still sends does not read the response.
            request.connection().close();
          }
        });
  }

  private static long contentLength(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private static boolean isJson(HttpServerRequest request) {
    var types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (types.size() != 1 || request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
      return false;
    }
    var parts = List.of(types.get(0).split(";", -1));
    return JSON.matcher(parts.get(0).strip()).matches()
        && parts.stream().noneMatch(part -> OTHER_CHARSET.matcher(part).matches());
  }
}
