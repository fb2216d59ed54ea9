package io.muster.aggregator.ingest;

import org.jspecify.annotations.Nullable;

/**
 * The description of a device in a heartbeat, without its readings.
 *
 * @param uuid identity, 255 characters at most
 * @param index position among the host's devices
 * @param name 255 characters at most
 * @param memoryMib null if it is not reported
 */
record DeviceDescription(String uuid, short index, String name, @Nullable Integer memoryMib) {}
