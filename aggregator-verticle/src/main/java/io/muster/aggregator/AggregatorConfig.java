package io.muster.aggregator;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the aggregator role.
 *
 * @param batchRows heartbeats written in one transaction at most, and in one request at most
 * @param batchWait how long a heartbeat waits for others at most
 * @param queueRows heartbeats and device readings held in memory at most; more are refused, and
 *     stay with their collectors
 */
public record AggregatorConfig(int batchRows, Duration batchWait, int queueRows) {
  private static final String QUEUE_KEY = "aggregator.queue_rows";

  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    var config =
        new AggregatorConfig(
            reader.integer("aggregator.batch_rows", 1000, 500, 5000),
            reader.duration(
                "aggregator.batch_wait",
                Duration.ofSeconds(1),
                Duration.ofMillis(1),
                Duration.ofSeconds(10)),
            reader.integer(QUEUE_KEY, 100_000, 1000, 1_000_000));
    if (config.queueRows < config.batchRows) {
      reader.problem(QUEUE_KEY, "must not be less than aggregator.batch_rows");
    }
    return config;
  }
}
