package io.muster.api.rest.series;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.RequestTime;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.history.SeriesRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The parameters of a request for a series. */
public final class SeriesParameters {
  private static final int DEFAULT_POINTS = 500;

  private SeriesParameters() {}

  /** Returns the range and the width of the bins. */
  public static SeriesRange range(Arguments request) {
    return new SeriesRange(
        millis(request, "from"),
        millis(request, "to"),
        request.text("step").map(SeriesParameters::seconds),
        request.integer("points").orElse(DEFAULT_POINTS));
  }

  /**
   * Returns the metrics that the request names, in order.
   *
   * @param all those of a request that names none
   */
  public static List<SeriesMetric> metrics(Arguments request, List<SeriesMetric> all) {
    return request
        .texts("metrics")
        .map(keys -> all.stream().filter(metric -> keys.contains(metric.key())).toList())
        .orElse(all);
  }

  private static Optional<Long> millis(Arguments request, String name) {
    return request.text(name).flatMap(RequestTime::parseInstant).map(Instant::toEpochMilli);
  }

  /** Returns the seconds of a text that the document limits to nine digits and a unit. */
  private static long seconds(String text) {
    var last = text.length() - 1;
    return switch (text.charAt(last)) {
      case 's' -> Long.parseLong(text.substring(0, last));
      case 'm' -> Duration.ofMinutes(Long.parseLong(text.substring(0, last))).toSeconds();
      case 'h' -> Duration.ofHours(Long.parseLong(text.substring(0, last))).toSeconds();
      case 'd' -> Duration.ofDays(Long.parseLong(text.substring(0, last))).toSeconds();
      default -> Long.parseLong(text);
    };
  }
}
