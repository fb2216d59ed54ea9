package io.muster.schema.json;

import static java.time.ZoneOffset.UTC;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** The three text formats of an instant on the wire. */
public final class WireTime {
  private static final DateTimeFormatter LOCAL_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final DateTimeFormatter UTC_MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(UTC);

  private static final int MAX_FOUR_DIGIT_YEAR = 9999;
  private static final int YEAR_DIGITS = 4;
  private static final int MICRO_DIGITS = 6;
  private static final int NANOS_PER_MICRO = 1000;
  private static final int MICROS_LENGTH = "2025-07-29T17:55:48.826362Z".length();
  private static final String ZEROS = "000000";

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
    var time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), UTC);
    if (time.getYear() < 0 || time.getYear() > MAX_FOUR_DIGIT_YEAR) {
      return UTC_MICROS.format(instant);
    }
    // A formatter takes a tenth of the time in which a row of history is read and encoded.
    var text = new StringBuilder(MICROS_LENGTH);
    append(text, time.getYear(), YEAR_DIGITS, '-');
    append(text, time.getMonthValue(), 2, '-');
    append(text, time.getDayOfMonth(), 2, 'T');
    append(text, time.getHour(), 2, ':');
    append(text, time.getMinute(), 2, ':');
    append(text, time.getSecond(), 2, '.');
    append(text, time.getNano() / NANOS_PER_MICRO, MICRO_DIGITS, 'Z');
    return text.toString();
  }

  private static void append(StringBuilder text, int number, int digits, char separator) {
    var start = text.length();
    text.append(number);
    text.insert(start, ZEROS, 0, digits - (text.length() - start)).append(separator);
  }

  /** Returns local time in whole seconds without a zone: {@code 2026-04-20 21:34:56}. */
  public static String localSeconds(Instant instant, ZoneId zone) {
    return LOCAL_SECONDS.format(instant.atZone(zone));
  }
}
