package io.muster.schema.event;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of fleet events.
 *
 * @param nextCursor continuation; empty on the last page
 */
public record FleetEventPage(List<FleetEvent> events, Optional<String> nextCursor) {
  public FleetEventPage {
    events = List.copyOf(events);
  }
}
