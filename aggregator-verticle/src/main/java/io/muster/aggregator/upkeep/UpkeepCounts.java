package io.muster.aggregator.upkeep;

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
 * What this node did for the history: runs = finished + failed + left to others + the one under
 * way. Any thread may read.
 */
final class UpkeepCounts {
  private static final Logger log = LoggerFactory.getLogger(UpkeepCounts.class);

  private final LongAdder runs = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder leftToOthers = new LongAdder();
  private final LongAdder droppedPartitions = new LongAdder();
  private final LongAdder deletedRows = new LongAdder();
  private final LongAdder packedDays = new LongAdder();
  private final LongAdder packedHeartbeats = new LongAdder();
  private volatile Map<PartitionedTable, Long> bytes = Map.of();
  private volatile Instant finishedAt = Instant.EPOCH;

  void began() {
    runs.increment();
  }

  void failed() {
    failed.increment();
  }

  void leftToOthers() {
    leftToOthers.increment();
  }

  void finished(Instant at) {
    finishedAt = at;
  }

  void packed(LocalDate day, long heartbeats) {
    packedDays.increment();
    packedHeartbeats.add(heartbeats);
    log.info("heartbeats packed day={} heartbeats={}", day, heartbeats);
  }

  void dropped(ExistingPartition partition) {
    droppedPartitions.increment();
    log.info("partition dropped name={} bytes={}", partition.name(), partition.sizeBytes());
  }

  void removed(Removal removal) {
    if (removal.bytes() > 0) {
      droppedPartitions.increment();
    } else {
      deletedRows.add(removal.rows());
    }
    log.info(
        "history dropped table={} until={} rows={} bytes={}",
        removal.table(),
        removal.until(),
        removal.rows(),
        removal.bytes());
  }

  void measured(List<ExistingPartition> held) {
    var sums = new EnumMap<PartitionedTable, Long>(PartitionedTable.class);
    held.forEach(partition -> sums.merge(partition.parent(), partition.sizeBytes(), Long::sum));
    bytes = Map.copyOf(sums);
  }

  long runs() {
    return runs.sum();
  }

  long failures() {
    return failed.sum();
  }

  /** Another aggregator was at it. */
  long runsLeftToOthers() {
    return leftToOthers.sum();
  }

  long droppedPartitions() {
    return droppedPartitions.sum();
  }

  /** Of tables without partitions. */
  long deletedRows() {
    return deletedRows.sum();
  }

  /** Days, each time that they were. */
  long packedDays() {
    return packedDays.sum();
  }

  long packedHeartbeats() {
    return packedHeartbeats.sum();
  }

  /** With indexes, when last measured. */
  long bytes(PartitionedTable family) {
    return bytes.getOrDefault(family, 0L);
  }

  /** The epoch when none was. */
  Instant finishedAt() {
    return finishedAt;
  }
}
