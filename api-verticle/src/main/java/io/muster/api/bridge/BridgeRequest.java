package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.contract.StrictJson;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client in the protocol of Vert.x's event-bus bridge. Its headers are ignored.
 *
 * @param address empty only for a ping
 * @param replyAddress empty if the client expects no reply
 * @param body null if the message has none
 */
record BridgeRequest(
    RequestType type, String address, Optional<String> replyAddress, @Nullable Object body) {
  private static final int MAX_ADDRESS_LENGTH = 200;

  /** The clients create UUIDs. */
  private static final int MAX_REPLY_ADDRESS_LENGTH = 36;

  /** Parses a message. Throws {@link RejectedException}. */
  static BridgeRequest parse(String text) throws RejectedException {
    var message = parseObject(text);
    if (!(message.get("type") instanceof String typeName)) {
      throw new RejectedException(BridgeError.MISSING_TYPE);
    }
    if (typeName.equals(RequestType.PING.word)) {
      return new BridgeRequest(RequestType.PING, "", Optional.empty(), null);
    }
    if (!(message.get("address") instanceof String address)) {
      throw new RejectedException(BridgeError.MISSING_ADDRESS);
    }
    if (address.length() > MAX_ADDRESS_LENGTH) {
      throw new RejectedException(BridgeError.MAX_ADDRESS_LENGTH_REACHED);
    }
    var replyAddress = Optional.ofNullable(message.get("replyAddress"));
    if (replyAddress.isPresent() && !isReplyAddress(replyAddress.get())) {
      throw new RejectedException(BridgeError.INVALID_REPLY_ADDRESS);
    }
    return new BridgeRequest(
        RequestType.of(typeName),
        address,
        replyAddress.map(String.class::cast),
        message.get("body"));
  }

  private static Map<?, ?> parseObject(String text) throws RejectedException {
    try {
      if (StrictJson.parse(Buffer.buffer(text)) instanceof Map<?, ?> object && isUnicode(object)) {
        return object;
      }
    } catch (BadRequestException malformed) {
      // Answered as a message that is no object.
    }
    throw new RejectedException(BridgeError.INVALID_JSON);
  }

  /** Returns false for a half of a surrogate pair: no reply could repeat it. */
  private static boolean isUnicode(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      return object.entrySet().stream()
          .allMatch(entry -> isUnicode(entry.getKey()) && isUnicode(entry.getValue()));
    }
    if (value instanceof List<?> list) {
      return list.stream().allMatch(BridgeRequest::isUnicode);
    }
    return !(value instanceof String text) || UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isReplyAddress(Object value) {
    return value instanceof String text && text.length() <= MAX_REPLY_ADDRESS_LENGTH;
  }

  /** The types of messages. */
  enum RequestType {
    PING("ping"),
    REGISTER("register"),
    UNREGISTER("unregister"),
    SEND("send"),
    PUBLISH("publish");

    private final String word;

    RequestType(String word) {
      this.word = word;
    }

    private static RequestType of(String word) throws RejectedException {
      for (var type : values()) {
        if (type.word.equals(word)) {
          return type;
        }
      }
      throw new RejectedException(BridgeError.INVALID_TYPE);
    }
  }

  /** A message that is answered with an error of the bridge. */
  static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1;

    private final BridgeError error;

    RejectedException(BridgeError error) {
      super(error.body(), null, false, false);
      this.error = error;
    }

    BridgeError error() {
      return error;
    }
  }
}
