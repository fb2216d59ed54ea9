package io.muster.schema.history;

import java.util.List;

/**
 * Heartbeats, newest first.
 *
 * @param resolution {@code raw}, or the width of a bin in seconds: {@code 60} or {@code 3600}
 */
public record HealthSeries(String resolution, List<HealthPoint> points) {
  public HealthSeries {
    points = List.copyOf(points);
  }
}
