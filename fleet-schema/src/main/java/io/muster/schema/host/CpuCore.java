package io.muster.schema.host;

import java.util.OptionalDouble;

/**
 * One logical CPU.
 *
 * @param coreId number assigned by the operating system, from 0
 * @param coreType {@code Super}, {@code Performance}, {@code Efficiency} or {@code Standard}
 * @param utilization busy share since the last tick, percent 0..100; empty before the second
 *     reading
 */
public record CpuCore(int coreId, String coreType, OptionalDouble utilization) {}
