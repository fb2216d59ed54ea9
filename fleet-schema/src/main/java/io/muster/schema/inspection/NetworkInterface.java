package io.muster.schema.inspection;

/**
 * One network interface.
 *
 * @param name such as {@code eth0}
 * @param receivedBytes received since the interface came up
 * @param sentBytes sent since the interface came up
 */
public record NetworkInterface(String name, long receivedBytes, long sentBytes) {}
