package io.muster.aggregator.rollup;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the roll-ups.
 *
 * @param interval time between the starts of two roll-ups
 */
public record RollupConfig(Duration interval) {
  /** Reads the settings. */
  public static RollupConfig from(ConfigReader reader) {
    return new RollupConfig(
        reader.duration(
            "aggregator.fold_interval",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1)));
  }
}
