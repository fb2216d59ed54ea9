package io.muster.aggregator.ingest;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the batching of heartbeats.
 *
 * @param batchRows maximum number of heartbeats in one transaction, and in one request
 * @param batchWait maximum time that a heartbeat waits for others
 * @param queueRows maximum number of heartbeats and device readings in memory; more are rejected,
 *     and their senders keep them
 */
public record IngestConfig(int batchRows, Duration batchWait, int queueRows) {
  private static final String QUEUE_KEY = "aggregator.queue_rows";

  /** Reads the settings. */
  public static IngestConfig from(ConfigReader reader) {
    var config =
        new IngestConfig(
            reader.integer("aggregator.batch_rows", 1000, 500, 5000),
            reader.duration(
                "aggregator.batch_wait",
                Duration.ofSeconds(1),
                Duration.ofMillis(1),
                Duration.ofSeconds(10)),
            reader.integer(QUEUE_KEY, 100_000, 1000, 1_000_000));
    if (config.queueRows < config.batchRows) {
      reader.addProblem(QUEUE_KEY, "must not be less than aggregator.batch_rows");
    }
    return config;
  }
}
