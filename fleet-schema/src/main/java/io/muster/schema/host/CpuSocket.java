package io.muster.schema.host;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One CPU package.
 *
 * @param socketId number assigned by the operating system, from 0
 * @param utilization mean over its threads, percent 0..100
 * @param cores physical cores
 * @param threads logical CPUs
 * @param temperature °C
 * @param frequencyMhz base frequency, MHz; 0 if not reported
 */
public record CpuSocket(
    int socketId,
    OptionalDouble utilization,
    int cores,
    int threads,
    OptionalInt temperature,
    int frequencyMhz) {}
