package io.muster.runtime.database.schema;

import java.time.LocalDate;

/**
 * One partition that a database has.
 *
 * @param family whose partition it is
 * @param name of its table
 * @param from UTC day, inclusive
 * @param to UTC day, exclusive
 * @param state how far it is on its way out
 * @param bytes with its indexes
 * @param rows an estimate; 0 only when there are none
 */
public record HeldPartition(
    PartitionFamily family,
    String name,
    LocalDate from,
    LocalDate to,
    State state,
    long bytes,
    long rows) {

  /** Whether all that it may hold is older than the begin of a UTC day. */
  public boolean isBefore(LocalDate day) {
    return !to.isAfter(day);
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
