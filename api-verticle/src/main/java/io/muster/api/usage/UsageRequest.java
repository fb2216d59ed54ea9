package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import java.util.Optional;

/** The requests of a client. */
enum UsageRequest {
  SUBSCRIBE,
  UNSUBSCRIBE,
  PING,
  UNKNOWN;

  private static final String TOPIC = "usage";

  /** Parses a keyword or JSON, ignoring whitespace around it. */
  static UsageRequest parse(String text) {
    var trimmed = text.strip();
    return switch (trimmed) {
      case "subscribe:usage" -> SUBSCRIBE;
      case "unsubscribe:usage" -> UNSUBSCRIBE;
      case "ping" -> PING;
      default -> trimmed.startsWith("{") ? parseJson(trimmed) : UNKNOWN;
    };
  }

  private static UsageRequest parseJson(String json) {
    try {
      return WireJson.read(json.getBytes(UTF_8), RequestMessage.class).toRequest();
    } catch (IllegalArgumentException malformed) {
      return UNKNOWN;
    }
  }

  private record RequestMessage(Optional<String> type, Optional<String> topic) {
    private UsageRequest toRequest() {
      var isUsageTopic = topic.filter(TOPIC::equals).isPresent();
      return switch (type.orElse("")) {
        case "subscribe" -> isUsageTopic ? SUBSCRIBE : UNKNOWN;
        case "unsubscribe" -> isUsageTopic ? UNSUBSCRIBE : UNKNOWN;
        case "ping" -> PING;
        default -> UNKNOWN;
      };
    }
  }
}
