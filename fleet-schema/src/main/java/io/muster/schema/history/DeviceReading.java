package io.muster.schema.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.schema.json.Flat;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One accelerator in a heartbeat.
 *
 * @param device identity of the accelerator
 * @param usagePercent 0..100
 * @param memory sizes
 * @param temperatureCelsius °C
 * @param powerWatts W
 * @param slowdownCelsius temperature at which the device reduces its clocks, °C
 * @param fault fault reported by the driver: uncorrectable memory errors or an Xid
 */
public record DeviceReading(
    @Flat DeviceIdentity device,
    OptionalDouble usagePercent,
    @Flat DeviceMemory memory,
    OptionalLong temperatureCelsius,
    OptionalDouble powerWatts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalInt slowdownCelsius,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> fault) {
  /** Returns the position among the host's accelerators, from 0. */
  public int index() {
    return device.index();
  }
}
