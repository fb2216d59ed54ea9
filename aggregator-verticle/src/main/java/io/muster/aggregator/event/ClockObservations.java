package io.muster.aggregator.event;

import io.muster.schema.client.ClientId;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The observations that follow from changed clock offsets. */
public final class ClockObservations {
  private ClockObservations() {}

  /**
   * Returns the observations.
   *
   * @param changes rows with {@code client_id}, {@code name}, {@code offset_ms} (0: the clock is
   *     right) and {@code changed_ms}, which orders the changes
   */
  public static List<Observation> of(RowSet<Row> changes, Instant now) {
    return changes.stream().map(row -> observation(row, now)).toList();
  }

  private static Observation observation(Row row, Instant now) {
    var clientId = ClientId.fromUuid(row.getUUID("client_id"));
    long offsetMillis = row.getLong("offset_ms");
    return new Observation(
        ConditionKey.ofHost(clientId, EventKind.CLOCK_SKEW),
        EventSubject.ofHost(row.getString("name"), clientId),
        offsetMillis != 0,
        new Position(0, row.getLong("changed_ms")),
        now.toEpochMilli(),
        Optional.empty(),
        offsetMillis == 0 ? Map.of() : Map.of("offset_milliseconds", offsetMillis));
  }
}
