package io.muster.schema.event;

import io.muster.schema.json.Flat;
import java.util.Map;
import java.util.Optional;

/**
 * The begin or the end of a condition. Instants are UTC with six fraction digits.
 *
 * @param id ascending in the order in which events are stored; empty for one that is not stored
 * @param at instant of the change
 * @param since of an end: instant of the begin
 * @param readings values that show the condition, by name and unit
 */
public record FleetEvent(
    Optional<Long> id,
    String at,
    EventKind kind,
    EventPhase phase,
    Optional<String> since,
    @Flat EventSubject subject,
    Map<String, Long> readings) {
  public FleetEvent {
    readings = Map.copyOf(readings);
  }
}
