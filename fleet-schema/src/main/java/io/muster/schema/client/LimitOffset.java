package io.muster.schema.client;

import java.util.Optional;

/**
 * A part of a list, as in SQL.
 *
 * @param limit maximum number of entries, from 1; empty: no limit
 * @param offset number of entries that are skipped, from 0
 */
public record LimitOffset(Optional<Integer> limit, int offset) {
  /** The whole list. */
  public static final LimitOffset ALL = new LimitOffset(Optional.empty(), 0);

  public LimitOffset {
    if (offset < 0) {
      throw new IllegalArgumentException("offset=" + offset + ": expected not less than 0");
    }
    if (limit.isPresent() && limit.get() < 1) {
      throw new IllegalArgumentException("limit=" + limit.get() + ": expected not less than 1");
    }
  }
}
