package io.muster.schema.metric;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** How the value of a family is read from an entry; a reading that is missing writes no line. */
@FunctionalInterface
interface SampleWriter<T> {
  void write(T entry, LabelSet labels, SampleLines lines);

  /** 1: what there is to tell stands in the labels. */
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

  /** A number that is always there. */
  static <T> SampleWriter<T> number(ToDoubleFunction<T> value) {
    return (entry, labels, lines) -> lines.writeSample(labels, value.applyAsDouble(entry));
  }

  /** A whole number that is always there. */
  static <T> SampleWriter<T> count(ToLongFunction<T> value) {
    return (entry, labels, lines) -> lines.writeSample(labels, value.applyAsLong(entry));
  }

  /** A whole number that stands only where it is above zero. */
  static <T> SampleWriter<T> positive(ToLongFunction<T> value) {
    return whenPositive(value, count(value));
  }

  /** A reading that stands only where this number is above zero. */
  static <T> SampleWriter<T> whenPositive(ToLongFunction<T> condition, SampleWriter<T> writer) {
    return (entry, labels, lines) -> {
      if (condition.applyAsLong(entry) > 0) {
        writer.write(entry, labels, lines);
      }
    };
  }

  /** A number that is rounded to so many decimals. */
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
   * The number that the first of these keys holds as text, in front of it perhaps an {@code x}, as
   * in a PCIe width of {@code x16}.
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

  /** The number that a text holds; empty if it is none. */
  private static OptionalDouble parseNumber(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }
}
