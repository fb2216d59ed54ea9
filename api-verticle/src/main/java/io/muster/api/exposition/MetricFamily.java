package io.muster.api.exposition;

import io.muster.api.exposition.LabelSchema.HostEntries;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.json.Unit;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A metric family, one row of {@link MetricTable}.
 *
 * @param name of the samples on the wire, such as {@code all_smi_gpu_utilization}
 * @param help text of the HELP line, including the unit
 * @param labelNames in their order on the wire, including optional ones
 * @param writer writes the samples of one host
 */
record MetricFamily(
    String name,
    MetricType type,
    String help,
    List<String> labelNames,
    BiConsumer<HostEntries, SampleLines> writer) {
  private static final String PREFIX = "all_smi_";

  static FamilyHead gauge(String name, String help) {
    return new FamilyHead(name, MetricType.GAUGE, help);
  }

  static FamilyHead gauge(String name, String help, Unit unit) {
    return gauge(name, unit.describe(help));
  }

  static FamilyHead counter(String name, String help, Unit unit) {
    return new FamilyHead(name, MetricType.COUNTER, unit.describe(help));
  }

  /** Returns a family of samples that are 1, because the information is in the labels. */
  static MetricFamily info(String name, String help, LabelSchema<?> schema) {
    return gauge(name, help).of(schema, entry -> 1);
  }

  /** Returns the family of a reading of each GPU, which must have one. */
  static MetricFamily gpu(GpuReading reading) {
    var family = reading.family().orElseThrow();
    var form = reading.form();
    return new FamilyHead(
            family.name(),
            form.isCounter() ? MetricType.COUNTER : MetricType.GAUGE,
            form.unit().describe(family.help()))
        .of(GpuLabels.GPU, gpu -> gpu.values().orNan(reading));
  }

  /** Returns a value that not every entry reports. */
  static <T> ToDoubleFunction<T> reading(Function<T, OptionalDouble> value) {
    return entry -> value.apply(entry).orElse(Double.NaN);
  }

  static <T> ToDoubleFunction<T> longReading(Function<T, OptionalLong> value) {
    return entry -> {
      var reading = value.apply(entry);
      return reading.isPresent() ? reading.getAsLong() : Double.NaN;
    };
  }

  static <T> ToDoubleFunction<T> intReading(Function<T, OptionalInt> value) {
    return entry -> {
      var reading = value.apply(entry);
      return reading.isPresent() ? reading.getAsInt() : Double.NaN;
    };
  }

  /** Returns a value that is a reading only if it is above zero. */
  static <T> ToDoubleFunction<T> positive(ToDoubleFunction<T> value) {
    return entry -> {
      var number = value.applyAsDouble(entry);
      return number > 0 ? number : Double.NaN;
    };
  }

  static <T> ToDoubleFunction<T> rounded(int decimals, ToDoubleFunction<T> value) {
    var scale = Math.pow(10, decimals);
    return entry -> Math.rint(value.applyAsDouble(entry) * scale) / scale;
  }

  /**
   * Returns the number in the text of the first of these keys that is present; NaN if the text is
   * not a number. The text may start with {@code x}, as in a PCIe width of {@code x16}.
   */
  static double detailNumber(Map<String, String> detail, String... keys) {
    for (var key : keys) {
      var text = detail.get(key);
      if (text != null) {
        return parseNumber(text.startsWith("x") ? text.substring(1) : text);
      }
    }
    return Double.NaN;
  }

  private static double parseNumber(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException notANumber) {
      return Double.NaN;
    }
  }

  /**
   * A family without its samples.
   *
   * @param name without the prefix {@code all_smi_}
   */
  record FamilyHead(String name, MetricType type, String help) {
    /**
     * Returns the family with a sample of each entry of the schema.
     *
     * @param value NaN for an entry without a sample
     */
    <T> MetricFamily of(LabelSchema<T> schema, ToDoubleFunction<T> value) {
      return new MetricFamily(
          PREFIX + name,
          type,
          help,
          schema.labelNames(),
          (host, lines) -> {
            for (var entry : host.of(schema)) {
              lines.writeSample(entry.labels(), value.applyAsDouble(entry.value()));
            }
          });
    }
  }

  /** Type of a family, as in its TYPE line. */
  enum MetricType {
    GAUGE,
    COUNTER
  }
}
