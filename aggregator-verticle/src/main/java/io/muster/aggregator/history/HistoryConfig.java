package io.muster.aggregator.history;

import io.muster.runtime.config.ConfigReader;

/**
 * Settings of history queries.
 *
 * @param includeSilent true if a client that was silent all yesterday counts as 0 in the uptime of
 *     a fleet; false if it does not count
 */
public record HistoryConfig(boolean includeSilent) {
  /** Reads the settings. */
  public static HistoryConfig from(ConfigReader reader) {
    return new HistoryConfig(reader.flag("aggregator.uptime_include_silent", false));
  }
}
