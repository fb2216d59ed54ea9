package io.muster.aggregator.maintenance;

import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.PartitionedTable;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters of the maintenance by this node. A run that neither failed nor was skipped has finished
 * or is in progress. Safe for use by any thread.
 */
final class MaintenanceCounters {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceCounters.class);

  private final LongAdder runs = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder skippedRuns = new LongAdder();
  private final LongAdder droppedPartitions = new LongAdder();
  private final LongAdder deletedRows = new LongAdder();
  private final LongAdder compactedDays = new LongAdder();
  private final LongAdder compactedHeartbeats = new LongAdder();
  private volatile Map<PartitionedTable, Long> bytesByTable = Map.of();
  private volatile Instant finishedAt = Instant.EPOCH;

  void countRun() {
    runs.increment();
  }

  void countFailure() {
    failures.increment();
  }

  void countSkippedRun() {
    skippedRuns.increment();
  }

  void recordFinish(Instant endedAt) {
    finishedAt = endedAt;
  }

  void countCompaction(LocalDate day, long heartbeats) {
    compactedDays.increment();
    compactedHeartbeats.add(heartbeats);
    log.info("day compacted day={} heartbeats={}", day, heartbeats);
  }

  void countDroppedPartition(ExistingPartition partition) {
    droppedPartitions.increment();
    log.info("partition dropped name={} bytes={}", partition.name(), partition.sizeBytes());
  }

  void countRemoval(Removal removal) {
    if (removal.bytes() > 0) {
      droppedPartitions.increment();
    } else {
      deletedRows.add(removal.rows());
    }
    log.info(
        "history pruned table={} until={} rows={} bytes={}",
        removal.table(),
        removal.until(),
        removal.rows(),
        removal.bytes());
  }

  void recordSizes(List<ExistingPartition> partitions) {
    var sums = new EnumMap<PartitionedTable, Long>(PartitionedTable.class);
    partitions.forEach(
        partition -> sums.merge(partition.parent(), partition.sizeBytes(), Long::sum));
    bytesByTable = Map.copyOf(sums);
  }

  long runs() {
    return runs.sum();
  }

  long failures() {
    return failures.sum();
  }

  /** Runs skipped because another aggregator was running one. */
  long skippedRuns() {
    return skippedRuns.sum();
  }

  long droppedPartitions() {
    return droppedPartitions.sum();
  }

  /** Rows deleted from tables without partitions. */
  long deletedRows() {
    return deletedRows.sum();
  }

  /** Compacted days, each counted as often as it was compacted. */
  long compactedDays() {
    return compactedDays.sum();
  }

  long compactedHeartbeats() {
    return compactedHeartbeats.sum();
  }

  /** Returns the size with indexes, as last measured. */
  long bytes(PartitionedTable table) {
    return bytesByTable.getOrDefault(table, 0L);
  }

  /** Returns the end of the last finished run; the epoch if there was none. */
  Instant finishedAt() {
    return finishedAt;
  }
}
