package io.muster.api.exposition;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   * Returns the format for an {@code Accept} header, which may be absent. The result is OpenMetrics
   * if the header accepts version 1.0.0 or 0.0.1 of it and does not prefer plain text; else it is
   * plain text.
   */
  public static ExpositionFormat ofAccept(@Nullable String acceptHeader) {
    if (acceptHeader == null) {
      return TEXT;
    }
    var ranges = Arrays.stream(acceptHeader.split(",", -1)).map(MediaRange::parse).toList();
    var openMetrics =
        ranges.stream()
            .filter(MediaRange::isOpenMetrics)
            .mapToDouble(MediaRange::quality)
            .max()
            .orElse(0);
    return openMetrics > 0 && openMetrics >= plainTextQuality(ranges) ? OPEN_METRICS : TEXT;
  }

  /** Returns the name of the family in its HELP and TYPE. */
  String familyName(MetricFamily family) {
    var name = family.name();
    return this == OPEN_METRICS && family.type() == MetricFamily.MetricType.COUNTER
        ? name.substring(0, name.length() - TOTAL_SUFFIX.length())
        : name;
  }

  private static double plainTextQuality(List<MediaRange> ranges) {
    for (var type : PLAIN_TEXT_TYPES) {
      var quality =
          ranges.stream()
              .filter(range -> range.type.equals(type))
              .mapToDouble(MediaRange::quality)
              .max();
      if (quality.isPresent()) {
        return quality.getAsDouble();
      }
    }
    return 0;
  }

  /**
   * One media range of an {@code Accept} header.
   *
   * @param version empty text without one
   * @param quality 0..1; 0 if it is not a number in this range
   */
  private record MediaRange(String type, String version, double quality) {
    static MediaRange parse(String text) {
      var parts = text.split(";", -1);
      var version = "";
      var quality = 1.0;
      for (int i = 1; i < parts.length; i++) {
        var parameter = parts[i].split("=", 2);
        var value = parameter.length < 2 ? "" : parameter[1].strip().replace("\"", "");
        switch (parameter[0].strip().toLowerCase(Locale.ROOT)) {
          case "version" -> version = value;
          case "q" -> quality = quality(value);
          default -> {
            // charset, escaping: no effect on the result.
          }
        }
      }
      return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), version, quality);
    }

    boolean isOpenMetrics() {
      return type.equals(OPEN_METRICS_TYPE) && OPEN_METRICS_VERSIONS.contains(version);
    }

    private static double quality(String text) {
      try {
        var quality = Double.parseDouble(text);
        return quality >= 0 && quality <= 1 ? quality : 0;
      } catch (NumberFormatException notANumber) {
        return 0;
      }
    }
  }
}
