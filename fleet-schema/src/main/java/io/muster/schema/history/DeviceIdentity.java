package io.muster.schema.history;

/**
 * The identity of an accelerator in a heartbeat.
 *
 * @param index position among the host's accelerators, from 0
 * @param uuid identity of the device
 * @param name product name
 */
public record DeviceIdentity(int index, String uuid, String name) {}
