package io.muster.aggregator;

import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.fold.FoldConfig;
import io.muster.aggregator.history.HistoryConfig;
import io.muster.aggregator.ingest.IngestConfig;
import io.muster.aggregator.upkeep.UpkeepConfig;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the aggregator role.
 *
 * @param ingest how heartbeats are gathered
 * @param gpuModels what GPUs can do at most
 * @param fold how often hours are folded
 * @param history how questions are answered
 * @param upkeep what is kept of the history, and how
 */
public record AggregatorConfig(
    IngestConfig ingest,
    GpuModels gpuModels,
    FoldConfig fold,
    HistoryConfig history,
    UpkeepConfig upkeep) {
  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    return new AggregatorConfig(
        IngestConfig.from(reader),
        GpuModels.from(reader),
        FoldConfig.from(reader),
        HistoryConfig.from(reader),
        UpkeepConfig.from(reader));
  }
}
