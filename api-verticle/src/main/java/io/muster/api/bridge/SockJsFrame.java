package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.contract.StrictJson;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;

/**
 * The frames of SockJS: messages of the server as JSON strings in an array, and those of clients.
 */
final class SockJsFrame {
  static final Buffer OPEN = Buffer.buffer("o");
  static final Buffer HEARTBEAT = Buffer.buffer("h");
  static final Buffer CLOSE = Buffer.buffer("c[3000,\"Go away!\"]");

  /** Some browsers change certain characters, so that SockJS escapes them; here all but ASCII. */
  private static final JsonFactory ASCII_JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final String FORM_PREFIX = "d=";

  private SockJsFrame() {}

  /** Returns the frame of one message. */
  static Buffer ofMessage(String message) {
    var frame = new ByteArrayOutputStream(message.length() + message.length() / 8);
    frame.write('a');
    try (var json = ASCII_JSON.createGenerator(frame)) {
      json.writeStartArray();
      json.writeString(message);
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("not written to memory", e);
    }
    return Buffer.buffer(frame.toByteArray());
  }

  /** Returns the frame in the body of a request, which may be the form of a page. */
  static String decodeForm(String body) {
    if (!body.startsWith(FORM_PREFIX)) {
      return body;
    }
    try {
      return URLDecoder.decode(body.substring(FORM_PREFIX.length()), UTF_8);
    } catch (IllegalArgumentException malformedEscape) {
      return body; // Not a frame either.
    }
  }

  /**
   * Parses the frame of a client: an array of JSON strings, or one JSON string; none in an empty
   * frame. Returns empty for anything else.
   */
  static Optional<List<String>> parse(String frame) {
    if (frame.isEmpty()) {
      return Optional.of(List.of());
    }
    try {
      var value = StrictJson.parse(Buffer.buffer(frame));
      if (value instanceof String message) {
        return Optional.of(List.of(message));
      }
      return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
          ? Optional.of(list.stream().map(String.class::cast).toList())
          : Optional.empty();
    } catch (BadRequestException malformed) {
      return Optional.empty();
    }
  }
}
