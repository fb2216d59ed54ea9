package io.muster.aggregator;

import io.muster.aggregator.ingest.IngestConfig;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the aggregator role.
 *
 * @param ingest how heartbeats are gathered
 */
public record AggregatorConfig(IngestConfig ingest) {
  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    return new AggregatorConfig(IngestConfig.from(reader));
  }
}
