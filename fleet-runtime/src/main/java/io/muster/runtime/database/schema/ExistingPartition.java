package io.muster.runtime.database.schema;

import java.time.LocalDate;

/**
 * One partition that exists in the database.
 *
 * @param parent partitioned table
 * @param name of the partition's table
 * @param fromDay UTC day, inclusive
 * @param toDay UTC day, exclusive
 * @param state progress of its removal
 * @param sizeBytes including indexes
 * @param estimatedRows an estimate; 0 only if there are none
 */
public record ExistingPartition(
    PartitionedTable parent,
    String name,
    LocalDate fromDay,
    LocalDate toDay,
    State state,
    long sizeBytes,
    long estimatedRows) {

  /** Returns true if all rows that it may contain are older than the start of a UTC day. */
  public boolean isBefore(LocalDate day) {
    return !toDay.isAfter(day);
  }

  /** The steps of the removal of a partition, in order. */
  public enum State {
    ATTACHED,
    /** Detaching was started and interrupted: readers may see it, writers do not. */
    DETACHING,
    /** A standalone table, which is no longer read. */
    DETACHED
  }
}
