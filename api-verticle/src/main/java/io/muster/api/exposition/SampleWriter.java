package io.muster.api.exposition;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Writes the sample of a family for an entry, or no line if the reading is missing. */
@FunctionalInterface
interface SampleWriter<T> {
  void write(T entry, LabelSet labels, SampleLines lines);

  /** Writes 1, for a family whose information is in the labels. */
  static <T> SampleWriter<T> one() {
    return count(entry -> 1);
  }

  static <T> SampleWriter<T> ofDouble(Function<T, OptionalDouble> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.writeSample(labels, reading.getAsDouble());
      }
    };
  }

  static <T> SampleWriter<T> ofInt(Function<T, OptionalInt> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.writeSample(labels, reading.getAsInt());
      }
    };
  }

  static <T> SampleWriter<T> ofLong(Function<T, OptionalLong> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.writeSample(labels, reading.getAsLong());
      }
    };
  }

  /** Writes a number that is always present. */
  static <T> SampleWriter<T> number(ToDoubleFunction<T> value) {
    return (entry, labels, lines) -> lines.writeSample(labels, value.applyAsDouble(entry));
  }

  /** Writes a whole number that is always present. */
  static <T> SampleWriter<T> count(ToLongFunction<T> value) {
    return (entry, labels, lines) -> lines.writeSample(labels, value.applyAsLong(entry));
  }

  /** Writes a whole number only if it is above zero. */
  static <T> SampleWriter<T> positive(ToLongFunction<T> value) {
    return whenPositive(value, count(value));
  }

  /** Writes a reading only if this number is above zero. */
  static <T> SampleWriter<T> whenPositive(ToLongFunction<T> condition, SampleWriter<T> writer) {
    return (entry, labels, lines) -> {
      if (condition.applyAsLong(entry) > 0) {
        writer.write(entry, labels, lines);
      }
    };
  }

  /** Writes a number rounded to {@code decimals} decimals. */
  static <T> SampleWriter<T> rounded(int decimals, Function<T, OptionalDouble> value) {
    var scale = Math.pow(10, decimals);
    return ofDouble(
        entry -> {
          var reading = value.apply(entry);
          return reading.isPresent()
              ? OptionalDouble.of(Math.rint(reading.getAsDouble() * scale) / scale)
              : reading;
        });
  }

  /**
   * Returns the number in the text of the first of these keys that is present. The text may start
   * with {@code x}, as in a PCIe width of {@code x16}.
   */
  static OptionalDouble detailNumber(Map<String, String> detail, String... keys) {
    for (var key : keys) {
      var text = detail.get(key);
      if (text != null) {
        return parseNumber(text.startsWith("x") ? text.substring(1) : text);
      }
    }
    return OptionalDouble.empty();
  }

  /** Returns the number in a text; empty if the text is not a number. */
  private static OptionalDouble parseNumber(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }
}
