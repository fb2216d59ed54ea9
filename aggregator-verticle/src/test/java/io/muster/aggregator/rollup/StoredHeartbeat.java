package io.muster.aggregator.rollup;

import java.time.Instant;

/**
 * One heartbeat as the tables contain it.
 *
 * @param at its instant
 * @param cpuPercent percent
 * @param memoryPercent percent
 * @param diskPercent percent
 * @param gpuFlags flags of the accelerators
 * @param deviceCount number of accelerators
 */
record StoredHeartbeat(
    Instant at, int cpuPercent, int memoryPercent, int diskPercent, int gpuFlags, int deviceCount) {
  static StoredHeartbeat of(Instant at) {
    return new StoredHeartbeat(at, 10, 20, 30, 0, 0);
  }

  StoredHeartbeat withMemoryPercent(int percent) {
    return new StoredHeartbeat(at, cpuPercent, percent, diskPercent, gpuFlags, deviceCount);
  }

  StoredHeartbeat withDiskPercent(int percent) {
    return new StoredHeartbeat(at, cpuPercent, memoryPercent, percent, gpuFlags, deviceCount);
  }

  StoredHeartbeat withGpuFlags(int mask) {
    return new StoredHeartbeat(at, cpuPercent, memoryPercent, diskPercent, mask, deviceCount);
  }

  StoredHeartbeat withDeviceCount(int number) {
    return new StoredHeartbeat(at, cpuPercent, memoryPercent, diskPercent, gpuFlags, number);
  }
}
