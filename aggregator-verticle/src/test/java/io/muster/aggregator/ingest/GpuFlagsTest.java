package io.muster.aggregator.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuFlagsTest {
  /** The temperature, the limit of the device (0: none), and the flags. */
  @ParameterizedTest
  @CsvSource({
    "79, 0, 0",
    "80, 0, 4",
    "84, 0, 4",
    "85, 0, 5",
    "91, 0, 5",
    "92, 0, 7",
    // A limit above the default moves only the critical one.
    "92, 100, 5",
    "99, 100, 5",
    "100, 100, 7",
    // A limit below it moves both.
    "69, 75, 0",
    "70, 75, 4",
    "74, 75, 4",
    "75, 75, 7",
    // An implausible temperature is neither a limit nor a reading.
    "60, -5, 0",
    "92, 5000, 7",
    "1001, 0, 0",
    "-300, 0, 0",
    "-40, 0, 0"
  })
  void of_temperature_setsFlagsOfReachedLimits(long celsius, int limit, int flags) {
    var slowdownCelsius = limit == 0 ? OptionalInt.empty() : OptionalInt.of(limit);

    assertThat(GpuFlags.of(reading(OptionalLong.of(celsius), slowdownCelsius, Optional.empty())))
        .isEqualTo(flags);
  }

  @Test
  void of_fault_setsFaultFlag() {
    var fault = Optional.of("Xid 79");

    assertThat(GpuFlags.of(reading(OptionalLong.empty(), OptionalInt.empty(), fault))).isEqualTo(8);
    assertThat(GpuFlags.of(reading(OptionalLong.of(95), OptionalInt.empty(), fault))).isEqualTo(15);
  }

  @Test
  void of_noReadings_isZero() {
    assertThat(GpuFlags.of(reading(OptionalLong.empty(), OptionalInt.of(90), Optional.empty())))
        .isZero();
  }

  private static DeviceReading reading(
      OptionalLong celsius, OptionalInt limit, Optional<String> fault) {
    return new DeviceReading(
        new DeviceIdentity(0, "u", "n"),
        OptionalDouble.empty(),
        new DeviceMemory(OptionalLong.empty(), OptionalLong.empty()),
        celsius,
        OptionalDouble.empty(),
        limit,
        fault);
  }
}
