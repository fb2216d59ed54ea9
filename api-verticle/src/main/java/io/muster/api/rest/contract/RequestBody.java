package io.muster.api.rest.contract;

import io.muster.api.rest.shape.Refusal;
import io.muster.api.rest.shape.Shape;
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
 * @param shape what is in it
 * @param maxBytes its size at most; more is refused
 */
record RequestBody(Shape shape, int maxBytes) {
  private static final Pattern JSON =
      Pattern.compile("application/(?:json|[!#$&^_.a-z0-9-]+\\+json)", Pattern.CASE_INSENSITIVE);
  private static final Pattern OTHER_CHARSET =
      Pattern.compile("\\s*charset\\s*=(?!\\s*\"?utf-8\"?\\s*$).*", Pattern.CASE_INSENSITIVE);

  /** What a client may go on to send in vain, so that it hears why. */
  private static final long MAX_WASTE_BYTES = 8L << 20;

  /** Fails with a {@link Refusal}; must be called before the request goes on. */
  Future<List<Arguments>> read(HttpServerRequest request) {
    if (!isJson(request)) {
      discard(request);
      return Future.failedFuture(
          new Refusal(415, "Content-Type: expected application/json in UTF-8, not encoded"));
    }
    return bytes(request).map(body -> arguments(shape.read("", JsonText.parse(body))));
  }

  private static List<Arguments> arguments(Object value) {
    return value instanceof List<?> list
        ? Arguments.all("", list)
        : List.of(new Arguments("", (Map<?, ?>) value));
  }

  /** The whole body; a client that waits to be told that it may send one is told so. */
  private Future<Buffer> bytes(HttpServerRequest request) {
    if (announced(request) > maxBytes) {
      discard(request);
      return Future.failedFuture(tooLarge());
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      // The body, or its end, says whether that arrived.
      request.response().writeContinue();
    }
    var body = Buffer.buffer();
    var whole = Promise.<Buffer>promise();
    request
        .handler(
            part -> {
              if (body.length() + part.length() > maxBytes) {
                discard(request);
                whole.tryFail(tooLarge());
              } else {
                body.appendBuffer(part);
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(end -> whole.tryComplete(body));
    return whole.future();
  }

  private Refusal tooLarge() {
    return new Refusal(413, "body: expected at most " + maxBytes + " bytes");
  }

  private static void discard(HttpServerRequest request) {
    var waste = new long[1];
    request.handler(
        part -> {
          waste[0] += part.length();
          if (waste[0] > MAX_WASTE_BYTES) {
            // Whoever sends on and on does not read.
            request.connection().close();
          }
        });
  }

  private static long announced(HttpServerRequest request) {
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
