package io.muster.schema.inspection;

/**
 * A request for a sample of a host.
 *
 * @param maxAgeMillis maximum age of an existing sample that is returned instead of a new one, ms
 */
public record SampleRequest(long maxAgeMillis) {}
