package io.muster.collector.inspection.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.schema.inspection.JournalEntry;
import io.muster.schema.json.WireJson;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Parses a line of {@code journalctl -o json}: an object whose values are texts; an array of bytes
 * if a value is not UTF-8, null if it is longer than 4,096 bytes, an array of values if a field
 * occurs several times.
 */
final class JournalLineParser {
  private static final int PRIORITY_INFO = 6;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  private JournalLineParser() {}

  /** Returns the entry; empty if the line is not an entry. */
  static Optional<JournalEntry> parse(String line) {
    try {
      return entry(WireJson.read(line.getBytes(UTF_8), JsonNode.class));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // truncated, or not JSON
    }
  }

  private static Optional<JournalEntry> entry(JsonNode line) {
    var timestampMicros = number(line.path("__REALTIME_TIMESTAMP"));
    if (timestampMicros.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new JournalEntry(
            timestampMicros.getAsLong(),
            (int) Math.min(7, number(line.path("PRIORITY")).orElse(PRIORITY_INFO)),
            message(line.path("MESSAGE")),
            text(line.path("_SYSTEMD_UNIT")),
            text(line.path("_COMM")),
            number(line.path("_PID")),
            number(line.path("_UID")),
            number(line.path("_GID"))));
  }

  private static String message(JsonNode value) {
    return value.isNull() ? "[longer than 4096 bytes]" : text(value).orElse("");
  }

  private static Optional<String> text(JsonNode value) {
    if (value.isTextual() || value.isNumber()) {
      return Optional.of(value.asText());
    }
    if (!value.isArray() || value.isEmpty()) {
      return Optional.empty();
    }
    return value.get(0).isNumber() ? Optional.of(decodeBytes(value)) : text(value.get(0));
  }

  private static String decodeBytes(JsonNode numbers) {
    var bytes = new byte[numbers.size()];
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) numbers.path(index).asInt();
    }
    return new String(bytes, UTF_8);
  }

  private static OptionalLong number(JsonNode value) {
    var text = text(value).orElse("");
    return NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
