package io.muster.aggregator.rollup;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * How often hours are folded.
 *
 * @param interval between the end of a fold and the begin of the next, at least
 */
public record RollupConfig(Duration interval) {
  /** Reads the settings. */
  public static RollupConfig from(ConfigReader reader) {
    return new RollupConfig(
        reader.duration(
            "aggregator.fold_interval",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofHours(1)));
  }
}
