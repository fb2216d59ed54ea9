package io.muster.aggregator;

import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.history.HistoryConfig;
import io.muster.aggregator.ingest.IngestConfig;
import io.muster.aggregator.maintenance.MaintenanceConfig;
import io.muster.aggregator.rollup.RollupConfig;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the aggregator role.
 *
 * @param ingest batching of heartbeats
 * @param gpuModels known GPU models and their peak performance
 * @param rollup interval of roll-ups
 * @param history history queries
 * @param maintenance retention and compaction of the history
 */
public record AggregatorConfig(
    IngestConfig ingest,
    GpuModels gpuModels,
    RollupConfig rollup,
    HistoryConfig history,
    MaintenanceConfig maintenance) {
  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    return new AggregatorConfig(
        IngestConfig.from(reader),
        GpuModels.from(reader),
        RollupConfig.from(reader),
        HistoryConfig.from(reader),
        MaintenanceConfig.from(reader));
  }
}
