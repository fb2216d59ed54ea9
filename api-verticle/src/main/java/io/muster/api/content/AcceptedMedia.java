package io.muster.api.content;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * The media ranges that a client accepts (RFC 9110, 12.5.1), those of all its {@code Accept}
 * headers.
 */
public record AcceptedMedia(List<MediaRange> ranges) {
  public AcceptedMedia {
    ranges = List.copyOf(ranges);
  }

  /** Returns those of a request; none if it has no header. */
  public static AcceptedMedia of(HttpServerRequest request) {
    return parse(String.join(",", request.headers().getAll(HttpHeaders.ACCEPT)));
  }

  /** Returns those of the value of a header. */
  public static AcceptedMedia parse(String header) {
    return new AcceptedMedia(Arrays.stream(header.split(",", -1)).map(MediaRange::parse).toList());
  }

  /** Returns the greatest weight of the ranges that meet a condition; empty if none does. */
  public OptionalDouble weight(Predicate<MediaRange> condition) {
    return ranges.stream().filter(condition).mapToDouble(MediaRange::weight).max();
  }

  /**
   * Returns the weight of a media type; 0 if it is not accepted.
   *
   * @param matchingRanges ranges that match it, the most specific first
   */
  public double weight(List<String> matchingRanges) {
    return matchingRanges.stream()
        .map(name -> weight(range -> range.type.equals(name)))
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .map(OptionalDouble::getAsDouble)
        .orElse(0.0);
  }

  /**
   * One media range.
   *
   * @param type in lower case, without parameters
   * @param version parameter {@code version}; empty text without one
   * @param weight 0..1; 0 if it is not a number in this range
   */
  public record MediaRange(String type, String version, double weight) {
    private static MediaRange parse(String text) {
      var parts = text.split(";", -1);
      var version = "";
      var weight = 1.0;
      for (int i = 1; i < parts.length; i++) {
        var parameter = parts[i].split("=", 2);
        var value = parameter.length < 2 ? "" : parameter[1].strip().replace("\"", "");
        switch (parameter[0].strip().toLowerCase(Locale.ROOT)) {
          case "version" -> version = value;
          case "q" -> weight = parseWeight(value);
          default -> {
            // charset, escaping: no effect on the result.
          }
        }
      }
      return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), version, weight);
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
