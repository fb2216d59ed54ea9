package io.muster.schema.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One accelerator in a heartbeat.
 *
 * @param index position among the host's accelerators, from 0
 * @param uuid identity of the device
 * @param name product name
 * @param usagePercent 0..100
 * @param memoryUsedBytes bytes in use
 * @param memoryTotalBytes bytes
 * @param temperatureCelsius °C
 * @param powerWatts W
 * @param slowdownCelsius temperature at which the device reduces its clocks, °C
 * @param fault fault reported by the driver: uncorrectable memory errors or an Xid
 */
public record DeviceReading(
    int index,
    String uuid,
    String name,
    OptionalDouble usagePercent,
    OptionalLong memoryUsedBytes,
    OptionalLong memoryTotalBytes,
    OptionalLong temperatureCelsius,
    OptionalDouble powerWatts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalInt slowdownCelsius,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> fault) {}
