package io.muster.aggregator;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the aggregator role.
 *
 * @param batchRows heartbeats written in one statement at most
 * @param batchWait how long a heartbeat waits for others at most
 * @param queueRows heartbeats held in memory at most; more are refused, and stay with their
 *     collectors
 */
public record AggregatorConfig(int batchRows, Duration batchWait, int queueRows) {
  /** Reads the settings. */
  public static AggregatorConfig from(ConfigReader reader) {
    return new AggregatorConfig(
        reader.integer("aggregator.batch_rows", 1000, 1, 5000),
        reader.duration(
            "aggregator.batch_wait",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofSeconds(10)),
        reader.integer("aggregator.queue_rows", 50_000, 1000, 1_000_000));
  }
}
