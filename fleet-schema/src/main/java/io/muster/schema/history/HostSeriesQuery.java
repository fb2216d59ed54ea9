package io.muster.schema.history;

import java.util.List;

/**
 * A query for the readings of one host in bins of equal width.
 *
 * @param host client id or name
 * @param metrics columns of the bins
 */
public record HostSeriesQuery(String host, SeriesRange range, List<SeriesMetric> metrics) {
  public HostSeriesQuery {
    metrics = List.copyOf(metrics);
  }
}
