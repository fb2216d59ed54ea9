package io.muster.aggregator.store;

import io.muster.schema.history.DeviceReading;
import java.util.stream.LongStream;

/** The bits of {@code heartbeat.gpu_flags}: what is wrong with some accelerator. */
final class GpuFlags {
  /** It is at its warning temperature. */
  static final int WARNING = 1;

  /** It is at its critical temperature. */
  static final int CRITICAL = 2;

  /** It is less than 5 °C below its warning temperature, so that the warning does not end. */
  static final int NEAR_WARNING = 4;

  /** Its driver reports a fault. */
  static final int FAULT = 8;

  private static final long WARNING_CELSIUS = 85;
  private static final long CRITICAL_CELSIUS = 92;
  private static final long HYSTERESIS_CELSIUS = 5;

  private GpuFlags() {}

  static int of(DeviceReading reading) {
    var fault = reading.fault().isPresent() ? FAULT : 0;
    return fault | Device.temperature(reading).stream().mapToInt(at -> heat(reading, at)).sum();
  }

  /** The limit of its own takes the place of ours; what is no temperature is no limit. */
  private static int heat(DeviceReading reading, long celsius) {
    var limit =
        reading.slowdownCelsius().stream()
            .mapToLong(own -> own)
            .filter(own -> own > 0 && own <= Device.MAX_CELSIUS)
            .findFirst();
    var critical = limit.orElse(CRITICAL_CELSIUS);
    var warning = LongStream.concat(limit.stream(), LongStream.of(WARNING_CELSIUS)).min();
    return bit(WARNING, celsius, warning.getAsLong())
        | bit(CRITICAL, celsius, critical)
        | bit(NEAR_WARNING, celsius, warning.getAsLong() - HYSTERESIS_CELSIUS);
  }

  private static int bit(int flag, long celsius, long from) {
    return celsius >= from ? flag : 0;
  }
}
