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
 * @param ingest how heartbeats are gathered
 * @param gpuModels what GPUs can do at most
 * @param rollup how often hours are folded
 * @param history how questions are answered
 * @param maintenance what is kept of the history, and how
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
