package io.muster.schema.gpu;

import java.util.OptionalDouble;

/**
 * Readings of the GPU performance monitor (NVML GPM, Hopper and later). The object is present if
 * the device supports GPM, even before its first reading.
 *
 * @param smOccupancy resident warps as a share of the maximum, 0..1
 * @param memoryBandwidthUtilization share of peak DRAM bandwidth in use, 0..1
 */
public record GpmMetrics(OptionalDouble smOccupancy, OptionalDouble memoryBandwidthUtilization) {
  /** Supported, but without a reading yet. */
  public static final GpmMetrics NO_READINGS =
      new GpmMetrics(OptionalDouble.empty(), OptionalDouble.empty());
}
