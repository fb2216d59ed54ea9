package io.muster.schema.inspection;

/**
 * One network interface.
 *
 * @param name such as {@code eth0}
 * @param receivedBytes since it came up
 * @param sentBytes since it came up
 */
public record NetworkInterface(String name, long receivedBytes, long sentBytes) {}
