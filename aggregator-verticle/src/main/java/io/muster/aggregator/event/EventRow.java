package io.muster.aggregator.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/** A row of {@code event-columns.sql}. */
final class EventRow {
  private static final TypeReference<Map<String, Long>> READINGS = new TypeReference<>() {};

  private EventRow() {}

  static FleetEvent event(Row row) {
    var since = Optional.ofNullable(row.getOffsetDateTime("since"));
    return new FleetEvent(
        Optional.of(row.getLong("id")),
        text(row.getOffsetDateTime("at")),
        EventKind.ofWord(row.getString("kind")).orElseThrow(),
        since.isPresent() ? EventPhase.END : EventPhase.BEGIN,
        since.map(EventRow::text),
        new EventSubject(
            Optional.ofNullable(row.getString("host")),
            Optional.ofNullable(row.getString("client_id")),
            Optional.ofNullable(row.getString("device_uuid")),
            Optional.ofNullable(row.getString("member"))),
        Optional.ofNullable(row.getString("readings"))
            .map(json -> WireJson.read(json.getBytes(UTF_8), READINGS))
            .orElse(Map.of()));
  }

  private static String text(OffsetDateTime at) {
    return WireTime.utcMicros(at.toInstant());
  }
}
