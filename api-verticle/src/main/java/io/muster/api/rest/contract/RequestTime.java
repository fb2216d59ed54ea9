package io.muster.api.rest.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;
import java.util.regex.Pattern;

/** The texts of times in requests. */
public final class RequestTime {
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern DATE_TIME =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?)[0-9]*"
              + "(?:([Zz])|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))?");
  private static final DateTimeFormatter STRICT_DATE =
      DateTimeFormatter.ISO_LOCAL_DATE.withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter STRICT_LOCAL =
      DateTimeFormatter.ISO_LOCAL_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

  private RequestTime() {}

  /** Parses a date, {@code 2025-07-29}; empty if it is none. */
  public static Optional<LocalDate> parseDate(String text) {
    try {
      return DATE.matcher(text).matches()
          ? Optional.of(LocalDate.parse(text, STRICT_DATE))
          : Optional.empty();
    } catch (DateTimeException impossibleDate) {
      return Optional.empty();
    }
  }

  /**
   * Parses an instant of RFC 3339, {@code 2025-07-29T19:55:48.826+02:00}; empty if it is none. The
   * offset is required, and leap seconds are not supported.
   */
  public static Optional<Instant> parseInstant(String text) {
    return parse(text, true);
  }

  /** Parses such an instant, or one without an offset, which is in UTC. */
  public static Optional<Instant> parseUtcInstant(String text) {
    return parse(text, false);
  }

  private static Optional<Instant> parse(String text, boolean requiresOffset) {
    var parts = DATE_TIME.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var isUtc = parts.group(4) == null;
    if (requiresOffset && isUtc && parts.group(3) == null) {
      return Optional.empty();
    }
    try {
      var local = LocalDateTime.parse(parts.group(1) + "T" + parts.group(2), STRICT_LOCAL);
      var offsetMinutes =
          isUtc ? 0 : Integer.parseInt(parts.group(5)) * 60 + Integer.parseInt(parts.group(6));
      var sign = "-".equals(parts.group(4)) ? -1 : 1;
      return Optional.of(local.minusMinutes((long) sign * offsetMinutes).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException impossibleTime) {
      return Optional.empty();
    }
  }
}
