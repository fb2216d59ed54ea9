package io.muster.aggregator.upkeep;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept of the history, and how.
 *
 * @param retention for how long
 * @param packAfter how long ago a UTC day must have ended to be packed, 2 days or more; empty: none
 *     ever is
 */
public record UpkeepConfig(Retention retention, Optional<Duration> packAfter) {
  private static final String PACK_AFTER = "aggregator.pack_after";

  /** Heartbeats up to a day old are written without a look into packs, by clocks that differ. */
  private static final Duration SOONEST = Duration.ofDays(2);

  /** The defaults. */
  public static final UpkeepConfig USUAL = new UpkeepConfig(Retention.USUAL, Optional.of(SOONEST));

  /** Reads the settings. */
  public static UpkeepConfig from(ConfigReader reader) {
    return new UpkeepConfig(Retention.from(reader), packAfter(reader));
  }

  private static Optional<Duration> packAfter(ConfigReader reader) {
    var text = reader.text(PACK_AFTER, "");
    return text.equals("off") || text.equals("0")
        ? Optional.empty()
        : Optional.of(reader.duration(PACK_AFTER, SOONEST, SOONEST, Duration.ofDays(3660)));
  }
}
