package io.muster.schema.host;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The readings of all CPUs of a host at one instant.
 *
 * @param utilization busy share of all CPUs since the last tick, percent 0..100; empty before the
 *     second reading
 * @param temperature of the package, °C
 * @param powerConsumption of the package, W
 */
public record CpuReadings(
    OptionalDouble utilization, OptionalInt temperature, OptionalDouble powerConsumption) {}
