package io.muster.schema.inspection;

/**
 * Asks about one process.
 *
 * @param pid in the process-id namespace of the host, 0 to 2^32 - 1
 * @param maxAgeMillis age up to which a sample that is there already will do, ms
 */
public record ProcessQuery(long pid, long maxAgeMillis) {}
