package io.muster.aggregator.ingest;

import io.muster.schema.history.DeviceReading;

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
    var celsius = DeviceRow.temperatureCelsius(reading);
    return celsius.isPresent() ? fault | temperatureFlags(reading, celsius.getAsLong()) : fault;
  }

  /**
   * Returns the flags of a temperature. The device's slowdown limit replaces the default limits,
   * that of the warning only if it is lower; an implausible one is ignored.
   */
  private static int temperatureFlags(DeviceReading reading, long celsius) {
    var slowdownCelsius = reading.slowdownCelsius().orElse(0);
    var isPlausible = slowdownCelsius > 0 && slowdownCelsius <= DeviceRow.MAX_CELSIUS;
    var criticalCelsius = isPlausible ? slowdownCelsius : CRITICAL_CELSIUS;
    var warningCelsius = Math.min(criticalCelsius, WARNING_CELSIUS);
    return flagFrom(WARNING, celsius, warningCelsius)
        | flagFrom(CRITICAL, celsius, criticalCelsius)
        | flagFrom(NEAR_WARNING, celsius, warningCelsius - HYSTERESIS_CELSIUS);
  }

  private static int flagFrom(int flag, long celsius, long limitCelsius) {
    return celsius >= limitCelsius ? flag : 0;
  }
}
