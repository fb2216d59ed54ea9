package io.muster.runtime.database.schema;

import java.time.LocalDate;

/**
 * One partition that a database has.
 *
 * @param parent whose partition it is
 * @param name of its table
 * @param fromDay UTC day, inclusive
 * @param toDay UTC day, exclusive
 * @param state how far it is on its way out
 * @param sizeBytes with its indexes
 * @param estimatedRows an estimate; 0 only when there are none
 */
public record ExistingPartition(
    PartitionedTable parent,
    String name,
    LocalDate fromDay,
    LocalDate toDay,
    State state,
    long sizeBytes,
    long estimatedRows) {

  /** Whether all that it may hold is older than the begin of a UTC day. */
  public boolean isBefore(LocalDate day) {
    return !toDay.isAfter(day);
  }

  /** How far a partition is on its way out: it goes down this list. */
  public enum State {
    ATTACHED,
    /** Taking it off was begun and interrupted: readers may see it, writers do not. */
    DETACHING,
    /** A table by itself, which nobody reads. */
    DETACHED
  }
}
