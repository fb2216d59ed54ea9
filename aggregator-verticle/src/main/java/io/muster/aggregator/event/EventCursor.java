package io.muster.aggregator.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.json.WireJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;

/**
 * The place of an event in the list, after which the list continues. Its text has no meaning for
 * clients.
 *
 * @param at instant of the event, as on the wire
 * @param id id of the event
 */
record EventCursor(String at, long id) {
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  static EventCursor of(FleetEvent event) {
    return new EventCursor(event.at(), event.id().orElseThrow());
  }

  /** Parses the cursor of a request. Throws {@code INVALID_ARGUMENT} if it is none. */
  static EventCursor parse(String text) {
    try {
      var cursor =
          WireJson.read(Base64.getUrlDecoder().decode(text.getBytes(UTF_8)), EventCursor.class);
      if (cursor.atTime().toInstant().isBefore(LAST)) {
        return cursor;
      }
    } catch (IllegalArgumentException | DateTimeException malformed) {
      // The same failure as for an instant that no event has.
    }
    throw new FleetException(
        Code.INVALID_ARGUMENT, "cursor: expected next_cursor of the previous response");
  }

  String encode() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(WireJson.bytes(this));
  }

  OffsetDateTime atTime() {
    return Instant.parse(at).atOffset(UTC);
  }
}
