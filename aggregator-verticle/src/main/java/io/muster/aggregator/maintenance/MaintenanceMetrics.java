package io.muster.aggregator.maintenance;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.database.schema.PartitionedTable;
import java.util.function.ToDoubleFunction;

/** The metrics of the maintenance by a node. */
final class MaintenanceMetrics {
  private static final String METRIC_PREFIX = "muster.aggregator.";

  private final MeterRegistry registry;
  private final MaintenanceCounters counters;

  MaintenanceMetrics(MeterRegistry registry, MaintenanceCounters counters) {
    this.registry = registry;
    this.counters = counters;
  }

  void register() {
    registerCounter("upkeep.runs", "Maintenance runs started", MaintenanceCounters::runs);
    registerCounter("upkeep.failed", "Maintenance runs that failed", MaintenanceCounters::failures);
    registerCounter(
        "upkeep.others",
        "Maintenance runs skipped because another aggregator was running one",
        MaintenanceCounters::skippedRuns);
    registerCounter(
        "partitions.dropped",
        "Partitions dropped because they were compacted or older than their retention",
        MaintenanceCounters::droppedPartitions);
    registerCounter(
        "rows.deleted",
        "Rows of days and devices deleted because they were older than their retention",
        MaintenanceCounters::deletedRows);
    registerCounter(
        "packed.days", "UTC days compacted, with repetitions", MaintenanceCounters::compactedDays);
    registerCounter(
        "packed.heartbeats", "Heartbeats compacted", MaintenanceCounters::compactedHeartbeats);
    Gauge.builder(
            METRIC_PREFIX + "upkeep.finished",
            counters,
            maintenance -> maintenance.finishedAt().getEpochSecond())
        .description(
            "Time when a maintenance run of this node last finished, seconds since the epoch; 0:"
                + " never")
        .baseUnit("seconds")
        .register(registry);
    for (var table : PartitionedTable.values()) {
      Gauge.builder(METRIC_PREFIX + "history", counters, maintenance -> maintenance.bytes(table))
          .description("Size of a history table with its indexes, as last measured by this node")
          .tag("table", table.tableName())
          .baseUnit("bytes")
          .register(registry);
    }
  }

  private void registerCounter(
      String name, String help, ToDoubleFunction<MaintenanceCounters> value) {
    FunctionCounter.builder(METRIC_PREFIX + name, counters, value)
        .description(help)
        .register(registry);
  }
}
