package io.muster.schema.history;

import java.util.List;
import java.util.Locale;

/**
 * A metric of a series: a percentage, a temperature (°C) or a power (W), with mean, minimum and
 * maximum of each bin, or an amount, with its total in each bin.
 */
public enum SeriesMetric {
  UTILIZATION,
  MEMORY,
  TEMPERATURE,
  POWER,
  ENERGY("joules"),
  CPU,
  DISK,
  NETWORK_UP("bytes"),
  NETWORK_DOWN("bytes");

  /** The metrics of a device. */
  public static final List<SeriesMetric> OF_DEVICE =
      List.of(UTILIZATION, MEMORY, TEMPERATURE, POWER, ENERGY);

  /** The metrics of a host. */
  public static final List<SeriesMetric> OF_HOST =
      List.of(CPU, MEMORY, DISK, NETWORK_UP, NETWORK_DOWN);

  private final String key = name().toLowerCase(Locale.ROOT);
  private final List<String> statistics;

  SeriesMetric() {
    this("mean", "min", "max");
  }

  SeriesMetric(String... statistics) {
    this.statistics = List.of(statistics);
  }

  /** Returns the name in requests and results. */
  public String key() {
    return key;
  }

  /** Returns the names of its values in a bin. */
  public List<String> statistics() {
    return statistics;
  }

  /** Returns the names of its columns in a table, one for each statistic. */
  public List<String> columns() {
    return statistics.stream().map(statistic -> key + "_" + statistic).toList();
  }
}
