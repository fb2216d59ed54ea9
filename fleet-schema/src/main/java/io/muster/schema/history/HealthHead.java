package io.muster.schema.history;

/**
 * The head of a series of heartbeats.
 *
 * @param resolution {@code raw}, or the width of a bin in seconds: {@code 60} or {@code 3600}
 */
public record HealthHead(String resolution) {}
