package io.muster.schema.inspection;

/**
 * A sample, and how old it was when it was handed over.
 *
 * @param ageMillis time since it was collected, by the clock of the collector, ms
 * @param value what was collected
 */
public record WithAge<T>(long ageMillis, T value) {}
