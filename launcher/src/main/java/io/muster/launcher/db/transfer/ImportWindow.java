package io.muster.launcher.db.transfer;

import io.muster.aggregator.maintenance.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The time of the rows that an import stores: not so old that the next maintenance would delete
 * them, and not in the future; roll-ups of hours and days that have ended.
 *
 * @param oldestDay first UTC day
 * @param now current time
 */
record ImportWindow(LocalDate oldestDay, Instant now) {
  /** As for heartbeats that are received. */
  private static final Duration MAX_AHEAD = Duration.ofMinutes(1);

  static ImportWindow of(TransferTable table, Retention retention, Instant now) {
    return new ImportWindow(
        switch (table) {
          case HEARTBEATS, DEVICE_READINGS, HOURS, DEVICE_MINUTES, DEVICE_HOURS ->
              retention.oldestRetainedDay(table.partitionedTables().get(0), now);
          case DAYS -> retention.oldestRetainedRollupDay(now);
          case DEVICES, CLIENTS, MODELS -> LocalDate.EPOCH;
        },
        now);
  }

  boolean isTooOld(ImportedRow row) {
    return row.day().isBefore(oldestDay);
  }

  boolean isTooNew(ImportedRow row) {
    var tolerance = row.table().coveredTime().isZero() ? MAX_AHEAD : Duration.ZERO;
    return row.newestInstant().isAfter(now.plus(tolerance));
  }
}
