package io.muster.aggregator.upkeep;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.database.schema.PartitionedTable;
import java.util.function.ToDoubleFunction;

/** What a node did for the history, for whoever scrapes it. */
final class UpkeepMeters {
  private static final String METER = "muster.aggregator.";

  private final MeterRegistry registry;
  private final UpkeepCounts counts;

  UpkeepMeters(MeterRegistry registry, UpkeepCounts counts) {
    this.registry = registry;
    this.counts = counts;
  }

  void bind() {
    counter("upkeep.runs", "Times that old history was looked for", UpkeepCounts::runs);
    counter("upkeep.failed", "Those that failed", UpkeepCounts::failures);
    counter(
        "upkeep.others",
        "Those that found another aggregator at it",
        UpkeepCounts::runsLeftToOthers);
    counter(
        "partitions.dropped",
        "Partitions that were older than they are kept",
        UpkeepCounts::droppedPartitions);
    counter(
        "rows.deleted",
        "Rows of days and devices that were older than they are kept",
        UpkeepCounts::deletedRows);
    counter("packed.days", "Days that were packed, or packed again", UpkeepCounts::packedDays);
    counter("packed.heartbeats", "Heartbeats that were packed", UpkeepCounts::packedHeartbeats);
    Gauge.builder(METER + "upkeep.finished", counts, each -> each.finishedAt().getEpochSecond())
        .description("When this node last finished, seconds since the epoch; 0: never")
        .baseUnit("seconds")
        .register(registry);
    for (var family : PartitionedTable.values()) {
      Gauge.builder(METER + "history", counts, each -> each.bytes(family))
          .description("Size of the history with its indexes, when this node last measured it")
          .tag("table", family.tableName())
          .baseUnit("bytes")
          .register(registry);
    }
  }

  private void counter(String name, String help, ToDoubleFunction<UpkeepCounts> value) {
    FunctionCounter.builder(METER + name, counts, value).description(help).register(registry);
  }
}
