package io.muster.schema.history;

import java.util.OptionalDouble;
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
 */
public record DeviceReading(
    int index,
    String uuid,
    String name,
    OptionalDouble usagePercent,
    OptionalLong memoryUsedBytes,
    OptionalLong memoryTotalBytes,
    OptionalLong temperatureCelsius,
    OptionalDouble powerWatts) {}
