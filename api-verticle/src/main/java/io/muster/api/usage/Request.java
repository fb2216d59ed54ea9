package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import java.util.Optional;

/** What a client may say. */
enum Request {
  SUBSCRIBE,
  UNSUBSCRIBE,
  PING,
  UNKNOWN;

  private static final String TOPIC = "usage";

  /** What the text says, as a word or as JSON; white space around it does not count. */
  static Request of(String text) {
    var said = text.strip();
    return switch (said) {
      case "subscribe:usage" -> SUBSCRIBE;
      case "unsubscribe:usage" -> UNSUBSCRIBE;
      case "ping" -> PING;
      default -> said.startsWith("{") ? ofJson(said) : UNKNOWN;
    };
  }

  private static Request ofJson(String json) {
    try {
      return WireJson.read(json.getBytes(UTF_8), Message.class).request();
    } catch (IllegalArgumentException notOurs) {
      return UNKNOWN;
    }
  }

  private record Message(Optional<String> type, Optional<String> topic) {
    private Request request() {
      var ofUsage = topic.filter(TOPIC::equals).isPresent();
      return switch (type.orElse("")) {
        case "subscribe" -> ofUsage ? SUBSCRIBE : UNKNOWN;
        case "unsubscribe" -> ofUsage ? UNSUBSCRIBE : UNKNOWN;
        case "ping" -> PING;
        default -> UNKNOWN;
      };
    }
  }
}
