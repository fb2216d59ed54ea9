package io.muster.schema.gpu;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of the readings of one GPU, of which any may be absent. Whole numbers are exact up to
 * 2^53. Immutable, and safe for use by any thread.
 */
@JsonSerialize(using = GpuValuesJson.ValuesSerializer.class)
@JsonDeserialize(using = GpuValuesJson.ValuesDeserializer.class)
public final class GpuValues {
  /** No reading. */
  public static final GpuValues NONE = new Builder().build();

  /** One element for each row of {@link GpuReading}; NaN if the reading is absent. */
  private final double[] values;

  private GpuValues(double[] values) {
    this.values = values;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these values. */
  public Builder toBuilder() {
    var builder = new Builder();
    System.arraycopy(values, 0, builder.values, 0, values.length);
    return builder;
  }

  /** Returns the value of a reading; empty if it is absent. */
  public OptionalDouble value(GpuReading reading) {
    var value = orNan(reading);
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Returns the value of a reading without its fraction; empty if it is absent. */
  public OptionalLong wholeValue(GpuReading reading) {
    var value = orNan(reading);
    return Double.isNaN(value) ? OptionalLong.empty() : OptionalLong.of((long) value);
  }

  /** Returns the value of a reading; NaN if it is absent. */
  public double orNan(GpuReading reading) {
    return values[index(reading)];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GpuValues that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.stream(GpuReading.values())
        .filter(reading -> !Double.isNaN(orNan(reading)))
        .map(reading -> reading.key() + "=" + orNan(reading))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  @SuppressWarnings("EnumOrdinal") // the index of an array that is never stored or sent
  private static int index(GpuReading reading) {
    return reading.ordinal();
  }

  /** Collects the values of one GPU. Confined to the method that reads the GPU. */
  public static final class Builder {
    private final double[] values = new double[GpuReading.values().length];

    private Builder() {
      Arrays.fill(values, Double.NaN);
    }

    /** Sets a reading; NaN removes it. */
    public Builder with(GpuReading reading, double value) {
      values[index(reading)] = value;
      return this;
    }

    /** Sets a reading to a whole number, which is exact up to 2^53. */
    public Builder with(GpuReading reading, long value) {
      return with(reading, (double) value);
    }

    public Builder with(GpuReading reading, OptionalDouble value) {
      return with(reading, value.orElse(Double.NaN));
    }

    public Builder with(GpuReading reading, OptionalInt value) {
      return with(reading, value.isPresent() ? value.getAsInt() : Double.NaN);
    }

    public Builder with(GpuReading reading, Optional<? extends Number> value) {
      return with(reading, value.isPresent() ? value.get().doubleValue() : Double.NaN);
    }

    public GpuValues build() {
      return new GpuValues(values.clone());
    }
  }
}
