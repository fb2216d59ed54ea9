package io.muster.api.rest.series;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The format of a series in a response. */
public enum SeriesFormat {
  JSON(List.of("application/json", "application/*", "*/*")),
  CSV(List.of("text/csv", "text/*", "*/*"));

  /** Media ranges that match the format, the most specific first. */
  private final List<String> mediaRanges;

  SeriesFormat(List<String> mediaRanges) {
    this.mediaRanges = mediaRanges;
  }

  /**
   * Returns the format for an {@code Accept} header, which may be absent: CSV if the client prefers
   * it to JSON, or names it explicitly and JSON not.
   */
  public static SeriesFormat ofAccept(@Nullable String header) {
    if (header == null) {
      return JSON;
    }
    var ranges =
        Arrays.stream(header.toLowerCase(Locale.ROOT).split(",", -1))
            .map(WeightedRange::parse)
            .toList();
    return CSV.weight(ranges) > JSON.weight(ranges) ? CSV : JSON;
  }

  private double weight(List<WeightedRange> accepted) {
    return mediaRanges.stream()
        .map(range -> weight(accepted, range))
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .map(OptionalDouble::getAsDouble)
        .orElse(0.0);
  }

  private static OptionalDouble weight(List<WeightedRange> accepted, String range) {
    return accepted.stream()
        .filter(each -> each.range.equals(range))
        .mapToDouble(WeightedRange::weight)
        .max();
  }

  /**
   * One media range of an {@code Accept} header.
   *
   * @param range without its parameters
   * @param weight 0..1; 0 if it is not a number in this range
   */
  private record WeightedRange(String range, double weight) {
    static WeightedRange parse(String text) {
      var parts = text.split(";", -1);
      var weight =
          Arrays.stream(parts)
              .skip(1)
              .map(String::strip)
              .filter(parameter -> parameter.startsWith("q="))
              .findFirst()
              .map(parameter -> parseWeight(parameter.substring("q=".length())));
      return new WeightedRange(parts[0].strip(), weight.orElse(1.0));
    }

    private static double parseWeight(String text) {
      try {
        var weight = Double.parseDouble(text);
        return weight >= 0 && weight <= 1 ? weight : 0;
      } catch (NumberFormatException notANumber) {
        return 0;
      }
    }
  }
}
