package io.muster.aggregator.ingest;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * How heartbeats are gathered.
 *
 * @param batchRows heartbeats written in one transaction at most, and in one request at most
 * @param batchWait how long a heartbeat waits for others at most
 * @param queueRows heartbeats and device readings held in memory at most; more are refused, and
 *     stay with their collectors
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
