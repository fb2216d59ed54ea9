package io.muster.aggregator.maintenance;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the maintenance of the history.
 *
 * @param retention retention of each kind of data
 * @param compactAfter time since the end of a UTC day after which it is compacted, 2 days or more;
 *     empty: never
 */
public record MaintenanceConfig(Retention retention, Optional<Duration> compactAfter) {
  private static final String COMPACT_AFTER_KEY = "aggregator.pack_after";

  /**
   * Heartbeats up to a day old are stored without a lookup in packs, by nodes whose clocks may
   * differ.
   */
  private static final Duration MIN_COMPACT_AFTER = Duration.ofDays(2);

  /** The default settings. */
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
