package io.muster.aggregator.warning;

import java.util.Optional;

/**
 * The readings of one heartbeat that rules examine.
 *
 * @param atMillis its instant, milliseconds since the epoch
 * @param diskPercent use of the file systems
 * @param memoryPercent use of the main memory
 * @param gpus accelerators; empty if it does not report any, nor that there are none
 */
record HeartbeatSample(
    long atMillis, int diskPercent, int memoryPercent, Optional<GpuSample> gpus) {
  /**
   * The accelerators of a host.
   *
   * @param flags bits of {@code heartbeat.gpu_flags}
   * @param missing number by which there are fewer than within the last day
   * @param maxCelsius highest temperature; empty if none is reported
   */
  record GpuSample(int flags, int missing, Optional<Integer> maxCelsius) {
    boolean hasFlag(int mask) {
      return (flags & mask) != 0;
    }
  }
}
