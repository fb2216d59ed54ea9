package io.muster.schema.event;

import java.util.List;

/** A query for the conditions of these kinds that have begun and have not ended. */
public record OpenConditionQuery(List<EventKind> kinds) {
  public OpenConditionQuery {
    kinds = List.copyOf(kinds);
  }
}
