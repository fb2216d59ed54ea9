package io.muster.schema.json;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** The three texts of an instant that are on the wire. */
public final class WireTime {
  private static final DateTimeFormatter LOCAL_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final DateTimeFormatter UTC_MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private WireTime() {}

  /** UTC in whole seconds: {@code 2026-04-20T12:34:56Z}. */
  public static String utcSeconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * UTC with six fraction digits, as the REST interface prints it: {@code
   * 2025-07-29T17:55:48.826362Z}.
   */
  public static String utcMicros(Instant instant) {
    return UTC_MICROS.format(instant);
  }

  /** Local time in whole seconds without a zone: {@code 2026-04-20 21:34:56}. */
  public static String localSeconds(Instant instant, ZoneId zone) {
    return LOCAL_SECONDS.format(instant.atZone(zone));
  }
}
