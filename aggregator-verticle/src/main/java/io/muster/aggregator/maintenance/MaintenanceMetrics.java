package io.muster.aggregator.maintenance;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.database.schema.PartitionedTable;
import java.util.function.ToDoubleFunction;

/** What a node did for the history, for whoever scrapes it. */
final class MaintenanceMetrics {
  private static final String METRIC_PREFIX = "muster.aggregator.";

  private final MeterRegistry registry;
  private final MaintenanceCounters counters;

  MaintenanceMetrics(MeterRegistry registry, MaintenanceCounters counters) {
    this.registry = registry;
    this.counters = counters;
  }

  void register() {
    registerCounter(
        "upkeep.runs", "Times that old history was looked for", MaintenanceCounters::runs);
    registerCounter("upkeep.failed", "Those that failed", MaintenanceCounters::failures);
    registerCounter(
        "upkeep.others",
        "Those that found another aggregator at it",
        MaintenanceCounters::skippedRuns);
    registerCounter(
        "partitions.dropped",
        "Partitions that were older than they are kept",
        MaintenanceCounters::droppedPartitions);
    registerCounter(
        "rows.deleted",
        "Rows of days and devices that were older than they are kept",
        MaintenanceCounters::deletedRows);
    registerCounter(
        "packed.days",
        "Days that were packed, or packed again",
        MaintenanceCounters::compactedDays);
    registerCounter(
        "packed.heartbeats",
        "Heartbeats that were packed",
        MaintenanceCounters::compactedHeartbeats);
    Gauge.builder(
            METRIC_PREFIX + "upkeep.finished",
            counters,
            maintenance -> maintenance.finishedAt().getEpochSecond())
        .description("When this node last finished, seconds since the epoch; 0: never")
        .baseUnit("seconds")
        .register(registry);
    for (var family : PartitionedTable.values()) {
      Gauge.builder(METRIC_PREFIX + "history", counters, maintenance -> maintenance.bytes(family))
          .description("Size of the history with its indexes, when this node last measured it")
          .tag("table", family.tableName())
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
