package io.muster.schema.history;

import java.util.OptionalLong;

/**
 * The memory of an accelerator in a heartbeat.
 *
 * @param memoryUsedBytes bytes in use
 * @param memoryTotalBytes bytes
 */
public record DeviceMemory(OptionalLong memoryUsedBytes, OptionalLong memoryTotalBytes) {}
