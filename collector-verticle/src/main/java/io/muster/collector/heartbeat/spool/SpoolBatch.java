package io.muster.collector.heartbeat.spool;

import java.util.List;

/**
 * The oldest heartbeats of a spool, in order. They stay in the spool until they are acknowledged.
 */
public final class SpoolBatch {
  private final List<SpoolRecord> records;
  private final SpoolPosition end;

  SpoolBatch(List<SpoolRecord> records, SpoolPosition end) {
    this.records = List.copyOf(records);
    this.end = end;
  }

  /** The readable heartbeats; damaged ones are left out. */
  public List<SpoolRecord> records() {
    return records;
  }

  /** The start of the next batch. */
  SpoolPosition end() {
    return end;
  }
}
