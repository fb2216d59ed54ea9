package io.muster.aggregator;

import io.muster.aggregator.ingest.IngestConfig;
import io.muster.aggregator.upkeep.UpkeepConfig;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the aggregator role.
 *
 * @param ingest how heartbeats are gathered
 * @param upkeep what is kept of the history, and how
 */
public record AggregatorConfig(IngestConfig ingest, UpkeepConfig upkeep) {
  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    return new AggregatorConfig(IngestConfig.from(reader), UpkeepConfig.from(reader));
  }
}
