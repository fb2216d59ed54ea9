package io.muster.aggregator.maintenance;

import static java.util.Map.entry;

import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.PartitionedTable;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * A closed UTC day, and the tables of its heartbeats. Their names and the limits of the day are
 * inserted into the statements, because PostgreSQL accepts no parameters for them.
 */
record ClosedDay(LocalDate day) {
  /** Prefix of the names of staging tables, before the day. */
  static final String STAGING_PREFIX = "heartbeat_packing_";

  static final int HOURS = 24;

  String rawTable() {
    return PartitionedTable.HEARTBEAT.partitionName(day);
  }

  String packTable() {
    return PartitionedTable.HEARTBEAT_PACK.partitionName(day);
  }

  String stagingTable() {
    return STAGING_PREFIX + rawTable().substring(rawTable().length() - 8);
  }

  /** Returns the literal of the start of an hour. */
  String hour(int hours) {
    return "'" + day.atStartOfDay(ZoneOffset.UTC).plusHours(hours) + "'";
  }

  /** Returns the statement for this day. */
  SqlStatement apply(SqlStatement statement) {
    return statement.with(
        Map.ofEntries(
            entry("raw", rawTable()),
            entry("packs", packTable()),
            entry("staging", stagingTable()),
            entry("day_start", hour(0)),
            entry("day_end", hour(HOURS))));
  }
}
