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
interface Reading<T> {
  void write(T entry, LabelSet labels, SampleLines lines);

  /** 1: what there is to tell stands in the labels. */
  static <T> Reading<T> one() {
    return count(entry -> 1);
  }

  static <T> Reading<T> ofDouble(Function<T, OptionalDouble> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.sample(labels, reading.getAsDouble());
      }
    };
  }

  static <T> Reading<T> ofInt(Function<T, OptionalInt> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.sample(labels, reading.getAsInt());
      }
    };
  }

  static <T> Reading<T> ofLong(Function<T, OptionalLong> value) {
    return (entry, labels, lines) -> {
      var reading = value.apply(entry);
      if (reading.isPresent()) {
        lines.sample(labels, reading.getAsLong());
      }
    };
  }

  /** A number that is always there. */
  static <T> Reading<T> number(ToDoubleFunction<T> value) {
    return (entry, labels, lines) -> lines.sample(labels, value.applyAsDouble(entry));
  }

  /** A whole number that is always there. */
  static <T> Reading<T> count(ToLongFunction<T> value) {
    return (entry, labels, lines) -> lines.sample(labels, value.applyAsLong(entry));
  }

  /** A whole number that stands only where it is above zero. */
  static <T> Reading<T> aboveZero(ToLongFunction<T> value) {
    return where(value, count(value));
  }

  /** A reading that stands only where this number is above zero. */
  static <T> Reading<T> where(ToLongFunction<T> condition, Reading<T> reading) {
    return (entry, labels, lines) -> {
      if (condition.applyAsLong(entry) > 0) {
        reading.write(entry, labels, lines);
      }
    };
  }

  /** A number that is rounded to so many decimals. */
  static <T> Reading<T> rounded(int decimals, Function<T, OptionalDouble> value) {
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
  static OptionalDouble detail(Map<String, String> detail, String... keys) {
    for (var key : keys) {
      var text = detail.get(key);
      if (text != null) {
        return number(text.startsWith("x") ? text.substring(1) : text);
      }
    }
    return OptionalDouble.empty();
  }

  /** The number that a text holds; empty if it is none. */
  private static OptionalDouble number(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException notANumber) {
      return OptionalDouble.empty();
    }
  }
}
