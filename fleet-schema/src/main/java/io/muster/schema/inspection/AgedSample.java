package io.muster.schema.inspection;

/**
 * A sample with its age at the time of the response.
 *
 * @param ageMillis time since the sample was collected, by the clock of the collector, ms
 * @param value the sample
 */
public record AgedSample<T>(long ageMillis, T value) {}
