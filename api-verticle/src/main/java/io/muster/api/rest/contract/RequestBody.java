package io.muster.api.rest.contract;

import io.muster.api.rest.schema.BadRequestException;
import io.muster.api.rest.schema.ValueSchema;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A body of JSON, as one operation wants it.
 *
 * @param schema what is in it
 * @param maxBytes its size at most; more is refused
 */
record RequestBody(ValueSchema schema, int maxBytes) {
  private static final Pattern JSON =
      Pattern.compile("application/(?:json|[!#$&^_.a-z0-9-]+\\+json)", Pattern.CASE_INSENSITIVE);
  private static final Pattern OTHER_CHARSET =
      Pattern.compile("\\s*charset\\s*=(?!\\s*\"?utf-8\"?\\s*$).*", Pattern.CASE_INSENSITIVE);

  /** What a client may go on to send in vain, so that it hears why. */
  private static final long MAX_DISCARDED_BYTES = 8L << 20;

  /** Fails with a {@link BadRequestException}; must be called before the request goes on. */
  Future<List<Arguments>> read(HttpServerRequest request) {
    if (!isJson(request)) {
      discard(request);
      return Future.failedFuture(
          new BadRequestException(
              415, "Content-Type: expected application/json in UTF-8, not encoded"));
    }
    return readBytes(request).map(body -> toArguments(schema.read("", StrictJson.parse(body))));
  }

  private static List<Arguments> toArguments(Object value) {
    return value instanceof List<?> list
        ? Arguments.listOf("", list)
        : List.of(new Arguments("", (Map<?, ?>) value));
  }

  /** The whole body; a client that waits to be told that it may send one is told so. */
  private Future<Buffer> readBytes(HttpServerRequest request) {
    if (contentLength(request) > maxBytes) {
      discard(request);
      return Future.failedFuture(tooLarge());
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      // The body, or its end, says whether that arrived.
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
        .exceptionHandler(completion::tryFail)
        .endHandler(ignored -> completion.tryComplete(body));
    return completion.future();
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
            // Whoever sends on and on does not read.
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
