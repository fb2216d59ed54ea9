package io.muster.schema.json;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** The three text formats of an instant on the wire. */
public final class WireTime {
  private static final DateTimeFormatter LOCAL_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final DateTimeFormatter UTC_MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private WireTime() {}

  /** Returns UTC in whole seconds: {@code 2026-04-20T12:34:56Z}. */
  public static String utcSeconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Returns UTC with six fraction digits, the format of the REST interface: {@code
   * 2025-07-29T17:55:48.826362Z}.
   */
  public static String utcMicros(Instant instant) {
    return UTC_MICROS.format(instant);
  }

  /** Returns local time in whole seconds without a zone: {@code 2026-04-20 21:34:56}. */
  public static String localSeconds(Instant instant, ZoneId zone) {
    return LOCAL_SECONDS.format(instant.atZone(zone));
  }
}
