package io.muster.schema.inspection;

/**
 * A request for a sample of one process.
 *
 * @param pid in the process-id namespace of the host, 0 to 2^32 - 1
 * @param maxAgeMillis maximum age of an existing sample that is returned instead of a new one, ms
 */
public record ProcessQuery(long pid, long maxAgeMillis) {}
