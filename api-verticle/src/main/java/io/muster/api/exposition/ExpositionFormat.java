package io.muster.api.exposition;

import io.muster.api.content.AcceptedMedia;
import io.muster.api.content.AcceptedMedia.MediaRange;
import java.util.List;
import java.util.Set;

/** The text format of an exposition. */
public enum ExpositionFormat {
  /** The Prometheus text format 0.0.4. */
  TEXT("text/plain; version=0.0.4; charset=utf-8", ""),
  /**
   * OpenMetrics 1.0: the family name of a counter has no {@code _total}, there are no spaces
   * between labels, and the last line is {@code # EOF}.
   */
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8", "# EOF\n");

  private static final String TOTAL_SUFFIX = "_total";
  private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";
  private static final Set<String> OPEN_METRICS_VERSIONS = Set.of("1.0.0", "0.0.1");

  /** Media ranges that match plain text, the most specific first. */
  private static final List<String> PLAIN_TEXT_TYPES = List.of("text/plain", "text/*", "*/*");

  private final String contentType;
  private final String endMarker;

  ExpositionFormat(String contentType, String endMarker) {
    this.contentType = contentType;
    this.endMarker = endMarker;
  }

  /** Returns the value of the {@code Content-Type} header. */
  public String contentType() {
    return contentType;
  }

  /** Returns the text that must follow the last family; may be empty. */
  public String endMarker() {
    return endMarker;
  }

  /**
   * Returns the format for a client. The result is OpenMetrics if the client accepts version 1.0.0
   * or 0.0.1 of it and does not prefer plain text; else it is plain text.
   */
  public static ExpositionFormat of(AcceptedMedia accepted) {
    var openMetrics = accepted.weight(ExpositionFormat::isOpenMetrics).orElse(0);
    return openMetrics > 0 && openMetrics >= accepted.weight(PLAIN_TEXT_TYPES)
        ? OPEN_METRICS
        : TEXT;
  }

  /** Returns the name of the family in its HELP and TYPE. */
  String familyName(MetricFamily family) {
    var name = family.name();
    return this == OPEN_METRICS && family.type() == MetricFamily.MetricType.COUNTER
        ? name.substring(0, name.length() - TOTAL_SUFFIX.length())
        : name;
  }

  private static boolean isOpenMetrics(MediaRange range) {
    return range.type().equals(OPEN_METRICS_TYPE)
        && OPEN_METRICS_VERSIONS.contains(range.version());
  }
}
