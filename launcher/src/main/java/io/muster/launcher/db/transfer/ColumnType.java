package io.muster.launcher.db.transfer;

import static java.time.ZoneOffset.UTC;

import io.muster.schema.client.ClientId;
import io.muster.schema.json.WireText;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types of columns: how a text becomes a value, and which array the values of a column are. */
enum ColumnType {
  CLIENT_ID("client id: 32 lower-case hexadecimal digits", new UUID[0]) {
    @Override
    Object parse(String text) {
      return ClientId.toUuid(
          ClientId.normalize(text)
              .orElseThrow(() -> new IllegalArgumentException("32 hexadecimal digits")));
    }
  },
  /** As the REST interface and heartbeats accept it. */
  TEXT("text", new String[0]) {
    @Override
    Object parse(String text) {
      if (WireText.hasControls(text)) {
        throw new IllegalArgumentException("a text without control characters");
      }
      return text;
    }
  },
  INTEGER("integer", new Long[0]) {
    @Override
    Object parse(String text) {
      return parseNumber(text).longValueExact();
    }
  },
  DECIMAL("number", new Double[0]) {
    @Override
    Object parse(String text) {
      return parseNumber(text).doubleValue();
    }
  },
  BOOLEAN("boolean", new Boolean[0]) {
    @Override
    Object parse(String text) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("true or false");
      };
    }
  },
  INSTANT("instant, RFC 3339", new OffsetDateTime[0]) {
    @Override
    Object parse(String text) {
      try {
        return requireStorable(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("an instant such as 2026-09-01T12:00:00.250Z", e);
      }
    }
  },
  DAY("UTC day", new LocalDate[0]) {
    @Override
    Object parse(String text) {
      try {
        var day = LocalDate.parse(text);
        requireStorable(day.atStartOfDay().atOffset(UTC));
        return day;
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("a date such as 2026-09-01", e);
      }
    }
  },
  /** Stored as a mask with one bit for each name. */
  NAMES("list of names", new Long[0]) {
    @Override
    Object parse(String text) {
      throw new IllegalStateException("parsed by the column, which has the names");
    }
  };

  private static final OffsetDateTime FIRST = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, UTC);
  private static final OffsetDateTime LAST = OffsetDateTime.of(10000, 1, 1, 0, 0, 0, 0, UTC);

  /** More digits or a larger exponent are no value of any column, and would take long. */
  private static final int MAX_NUMBER_LENGTH = 40;

  private static final int MAX_EXPONENT = 40;
  private static final int FIRST_NOT_ASCII = 0x80;

  private final String label;
  private final Object[] emptyArray;

  ColumnType(String label, Object[] emptyArray) {
    this.label = label;
    this.emptyArray = emptyArray;
  }

  /**
   * Returns the value of a text; throws {@link IllegalArgumentException} with what was expected
   * instead, or {@link ArithmeticException} for a fraction or a number that is too large.
   */
  abstract Object parse(String text);

  /** Returns true if the values are JSON numbers. */
  boolean isNumber() {
    return this == INTEGER || this == DECIMAL;
  }

  /** Returns the name for the documentation. */
  String label() {
    return label;
  }

  /** Returns an array of the type that statements have as a parameter. */
  @Nullable Object[] newArray(int length) {
    return Arrays.copyOf(emptyArray, length);
  }

  private static BigDecimal parseNumber(String text) {
    // BigDecimal would accept the digits of other scripts, too.
    if (text.length() <= MAX_NUMBER_LENGTH && text.chars().allMatch(c -> c < FIRST_NOT_ASCII)) {
      try {
        var number = new BigDecimal(text);
        if (Math.abs(number.scale()) <= MAX_EXPONENT) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("a number", e);
      }
    }
    throw new IllegalArgumentException("a number");
  }

  /** Times are stored with microseconds. */
  private static OffsetDateTime requireStorable(OffsetDateTime at) {
    if (at.isBefore(FIRST) || !at.isBefore(LAST)) {
      throw new DateTimeException("out of range");
    }
    return at.truncatedTo(ChronoUnit.MICROS).withOffsetSameInstant(UTC);
  }
}
