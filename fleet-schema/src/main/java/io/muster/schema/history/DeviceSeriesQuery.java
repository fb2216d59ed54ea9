package io.muster.schema.history;

import java.util.List;
import java.util.Optional;

/**
 * A query for the readings of one device in bins of equal width.
 *
 * @param uuid UUID of the device
 * @param host only the readings on this host, a client id or a name; empty: on all hosts that had
 *     the device
 * @param metrics columns of the bins
 */
public record DeviceSeriesQuery(
    String uuid, Optional<String> host, SeriesRange range, List<SeriesMetric> metrics) {
  public DeviceSeriesQuery {
    metrics = List.copyOf(metrics);
  }
}
