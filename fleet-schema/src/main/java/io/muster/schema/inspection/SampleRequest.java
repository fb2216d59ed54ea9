package io.muster.schema.inspection;

/**
 * Asks for a sample of a host.
 *
 * @param maxAgeMillis age up to which a sample that is there already will do, ms
 */
public record SampleRequest(long maxAgeMillis) {}
