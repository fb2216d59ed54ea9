package io.muster.aggregator.maintenance;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;
import java.util.Optional;

/**
 * What is kept of the history, and how.
 *
 * @param retention for how long
 * @param compactAfter how long ago a UTC day must have ended to be packed, 2 days or more; empty:
 *     none ever is
 */
public record MaintenanceConfig(Retention retention, Optional<Duration> compactAfter) {
  private static final String COMPACT_AFTER_KEY = "aggregator.pack_after";

  /** Heartbeats up to a day old are written without a look into packs, by clocks that differ. */
  private static final Duration MIN_COMPACT_AFTER = Duration.ofDays(2);

  /** The defaults. */
  public static final MaintenanceConfig DEFAULTS =
      new MaintenanceConfig(Retention.DEFAULTS, Optional.of(MIN_COMPACT_AFTER));

  /** Reads the settings. */
  public static MaintenanceConfig from(ConfigReader reader) {
    return new MaintenanceConfig(Retention.from(reader), readCompactAfter(reader));
  }

  private static Optional<Duration> readCompactAfter(ConfigReader reader) {
    var text = reader.text(COMPACT_AFTER_KEY, "");
    return text.equals("off") || text.equals("0")
        ? Optional.empty()
        : Optional.of(
            reader.duration(
                COMPACT_AFTER_KEY, MIN_COMPACT_AFTER, MIN_COMPACT_AFTER, Duration.ofDays(3660)));
  }
}
