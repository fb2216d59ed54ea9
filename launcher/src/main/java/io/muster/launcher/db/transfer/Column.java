package io.muster.launcher.db.transfer;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A column of an export, from which docs/export.md is written and by which an import validates.
 *
 * @param min minimum of a number; of characters of a text
 * @param max maximum of a number; of characters of a text; of an instant the unit of which it is a
 *     multiple, µs
 * @param names names of the bits of a mask, from the lowest, blank if a bit is not used; of a text
 *     the values that it may have, or nothing
 * @param meaning in words, with the unit
 * @param empty meaning of an empty value; blank if there is always a value
 */
record Column(
    String name,
    ColumnType type,
    long min,
    long max,
    List<String> names,
    String meaning,
    String empty) {
  /** Separates names in CSV. */
  static final String NAME_SEPARATOR = ";";

  private static final int MAX_VALUE_LENGTH = 64;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final Map<Long, String> UNITS =
      Map.of(
          1L,
          "",
          1_000L,
          "whole milliseconds",
          60_000_000L,
          "start of a minute",
          3_600_000_000L,
          "start of a UTC hour");

  static Column of(String name, ColumnType type, String meaning) {
    return new Column(name, type, 0, 0, List.of(), meaning, "");
  }

  static Column text(String name, int minLength, int maxLength, String meaning) {
    return new Column(name, ColumnType.TEXT, minLength, maxLength, List.of(), meaning, "");
  }

  static Column instant(String name, ChronoUnit unit, String meaning) {
    var micros = unit.getDuration().toNanos() / NANOS_PER_MICRO;
    return new Column(name, ColumnType.INSTANT, 0, micros, List.of(), meaning, "");
  }

  static Column integer(String name, long min, long max, String meaning) {
    return new Column(name, ColumnType.INTEGER, min, max, List.of(), meaning, "");
  }

  static Column decimal(String name, long min, long max, String meaning) {
    return new Column(name, ColumnType.DECIMAL, min, max, List.of(), meaning, "");
  }

  static Column oneOf(String name, List<String> values, String meaning) {
    return new Column(name, ColumnType.TEXT, 1, MAX_VALUE_LENGTH, values, meaning, "");
  }

  static Column names(String name, List<String> names, String meaning) {
    return new Column(name, ColumnType.NAMES, 0, 0, names, meaning, "");
  }

  /** Returns the same column, whose values may be empty. */
  Column orEmpty(String meaningOfEmpty) {
    return new Column(name, type, min, max, names, meaning, meaningOfEmpty);
  }

  boolean isOptional() {
    return !empty.isBlank();
  }

  /** Returns the type and the range for the documentation. */
  String typeLabel() {
    return type.label()
        + switch (type) {
          case TEXT -> names.isEmpty() ? rangeLabel(", %,d to %,d characters") : ": " + nameLabel();
          case INTEGER, DECIMAL -> rangeLabel(", %,d to %,d");
          case NAMES -> ": " + nameLabel();
          case INSTANT -> unitLabel();
          case CLIENT_ID, BOOLEAN, DAY -> "";
        };
  }

  /** Returns the names of the bits of a mask. */
  List<String> namesOf(int mask) {
    return IntStream.range(0, names.size())
        .filter(bit -> (mask & 1 << bit) != 0)
        .mapToObj(names::get)
        .filter(bit -> !bit.isEmpty())
        .toList();
  }

  /**
   * Returns the value of a field, null for an empty one; throws {@link IllegalArgumentException}
   * with the reason if it is no value of this column.
   *
   * @param decoder returns the text of a field
   */
  @Nullable Object parse(@Nullable String field, UnaryOperator<String> decoder) {
    if (field == null && isOptional()) {
      return null;
    }
    if (field == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    try {
      return requireRange(parseField(field, decoder));
    } catch (ArithmeticException e) {
      throw problem(field, rangeLabel("a whole number from %,d to %,d"), e);
    } catch (IllegalArgumentException e) {
      throw problem(field, String.valueOf(e.getMessage()), e);
    }
  }

  private Object parseField(String field, UnaryOperator<String> decoder) {
    return switch (type) {
      case NAMES -> parseNames(field);
      case TEXT -> type.parse(decoder.apply(field));
      case CLIENT_ID, INTEGER, DECIMAL, BOOLEAN, INSTANT, DAY -> type.parse(field);
    };
  }

  private IllegalArgumentException problem(String field, String expected, Exception cause) {
    return new IllegalArgumentException(
        name + "='" + CsvText.excerpt(field) + "': expected " + expected, cause);
  }

  private long parseNames(String text) {
    var mask = 0L;
    for (var bit : text.isEmpty() ? new String[0] : text.split(NAME_SEPARATOR, -1)) {
      var index = bit.isEmpty() ? -1 : names.indexOf(bit);
      if (index < 0) {
        throw new IllegalArgumentException("a " + typeLabel());
      }
      mask |= 1L << index;
    }
    return mask;
  }

  private Object requireRange(Object value) {
    if (value instanceof String text) {
      if (!names.isEmpty() && !names.contains(text)) {
        throw new IllegalArgumentException("a " + typeLabel());
      }
      requireRange(text.codePointCount(0, text.length()), "%,d to %,d characters");
    } else if (value instanceof OffsetDateTime at) {
      if (ChronoUnit.MICROS.between(Instant.EPOCH, at.toInstant()) % max != 0) {
        throw new IllegalArgumentException("an instant" + unitLabel());
      }
    } else if (type.isNumber() && value instanceof Number number) {
      requireRange(number.doubleValue(), "%,d to %,d");
    }
    return value;
  }

  private void requireRange(double size, String expected) {
    if (size < min || size > max) {
      throw new IllegalArgumentException(rangeLabel(expected));
    }
  }

  private String rangeLabel(String format) {
    return String.format(Locale.ROOT, format, min, max);
  }

  private String nameLabel() {
    return names.stream()
        .filter(known -> !known.isEmpty())
        .collect(Collectors.joining("`, `", "`", "`"));
  }

  private String unitLabel() {
    var unit = String.valueOf(UNITS.get(max));
    return unit.isEmpty() ? "" : ", " + unit;
  }
}
