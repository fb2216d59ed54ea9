package io.muster.aggregator.maintenance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.PartitionedTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The metrics of the maintenance by a node. A run that neither failed nor was skipped has finished
 * or is in progress. Safe for use by any thread.
 */
final class MaintenanceMetrics {
  final Counter runs;
  final Counter failedRuns;
  final Counter skippedRuns;
  final Counter droppedPartitions;
  final Counter deletedRows;
  final Counter compactedDays;
  final Counter compactedHeartbeats;
  private volatile Map<PartitionedTable, Long> bytesByTable = Map.of();
  private volatile Instant finishedAt = Instant.EPOCH;

  MaintenanceMetrics(MeterRegistry registry) {
    var meters = new MeterFactory(registry, "muster.aggregator.");
    runs = meters.counter("upkeep.runs", "Maintenance runs started");
    failedRuns = meters.counter("upkeep.failed", "Maintenance runs that failed");
    skippedRuns =
        meters.counter(
            "upkeep.others", "Maintenance runs skipped because another aggregator was running one");
    droppedPartitions =
        meters.counter(
            "partitions.dropped",
            "Partitions dropped because they were compacted or older than their retention");
    deletedRows =
        meters.counter(
            "rows.deleted",
            "Rows of days and devices deleted because they were older than their retention");
    compactedDays = meters.counter("packed.days", "UTC days compacted, with repetitions");
    compactedHeartbeats = meters.counter("packed.heartbeats", "Heartbeats compacted");
    meters.gauge(
        "upkeep.finished.seconds",
        "Time when a maintenance run of this node last finished, seconds since the epoch; 0: never",
        this,
        metrics -> metrics.finishedAt.getEpochSecond());
    for (var table : PartitionedTable.values()) {
      meters
          .withTag("table", table.tableName())
          .gauge(
              "history.bytes",
              "Size of a history table with its indexes, as last measured by this node",
              this,
              metrics -> metrics.bytesByTable.getOrDefault(table, 0L));
    }
  }

  void recordFinish(Instant endedAt) {
    finishedAt = endedAt;
  }

  void recordSizes(List<ExistingPartition> partitions) {
    bytesByTable =
        partitions.stream()
            .collect(
                Collectors.groupingBy(
                    ExistingPartition::parent,
                    Collectors.summingLong(ExistingPartition::sizeBytes)));
  }
}
