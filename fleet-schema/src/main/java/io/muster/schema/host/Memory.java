package io.muster.schema.host;

import io.muster.schema.json.Flat;

/**
 * The memory of a host at one instant: the 15 keys of all-smi's schema 1.
 *
 * @param index always 0
 * @param utilization used / total, percent 0..100
 */
public record Memory(
    int index,
    @Flat ReadingOrigin origin,
    @Flat MemorySizes sizes,
    @Flat SwapSizes swap,
    double utilization) {}
