package io.muster.aggregator.ingest;

import io.muster.schema.history.DeviceReading;
import java.util.stream.LongStream;

/** The bits of {@code heartbeat.gpu_flags}: faults and high temperatures of any accelerator. */
final class GpuFlags {
  /** An accelerator is at or above its warning temperature. */
  static final int WARNING = 1;

  /** An accelerator is at or above its critical temperature. */
  static final int CRITICAL = 2;

  /**
   * An accelerator is at most 5 °C below its warning temperature, or above it, so that the warning
   * does not end.
   */
  static final int NEAR_WARNING = 4;

  /** The driver reports a fault of an accelerator. */
  static final int FAULT = 8;

  private static final long WARNING_CELSIUS = 85;
  private static final long CRITICAL_CELSIUS = 92;
  private static final long HYSTERESIS_CELSIUS = 5;

  private GpuFlags() {}

  static int of(DeviceReading reading) {
    var fault = reading.fault().isPresent() ? FAULT : 0;
    return fault
        | DeviceRow.temperatureCelsius(reading).stream()
            .mapToInt(celsius -> temperatureFlags(reading, celsius))
            .sum();
  }

  /**
   * Returns the flags of a temperature. The device's slowdown limit replaces the default limits,
   * that of the warning only if it is lower; an implausible one is ignored.
   */
  private static int temperatureFlags(DeviceReading reading, long celsius) {
    var slowdownCelsius =
        reading.slowdownCelsius().stream()
            .mapToLong(limitCelsius -> limitCelsius)
            .filter(limitCelsius -> limitCelsius > 0 && limitCelsius <= DeviceRow.MAX_CELSIUS)
            .findFirst();
    var criticalCelsius = slowdownCelsius.orElse(CRITICAL_CELSIUS);
    var warningCelsius =
        LongStream.concat(slowdownCelsius.stream(), LongStream.of(WARNING_CELSIUS)).min();
    return flagFrom(WARNING, celsius, warningCelsius.getAsLong())
        | flagFrom(CRITICAL, celsius, criticalCelsius)
        | flagFrom(NEAR_WARNING, celsius, warningCelsius.getAsLong() - HYSTERESIS_CELSIUS);
  }

  private static int flagFrom(int flag, long celsius, long limitCelsius) {
    return celsius >= limitCelsius ? flag : 0;
  }
}
