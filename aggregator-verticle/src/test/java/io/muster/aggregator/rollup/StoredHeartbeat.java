package io.muster.aggregator.rollup;

import java.time.Instant;

/**
 * One heartbeat as the tables contain it.
 *
 * @param at its instant
 * @param cpuPercent percent
 * @param memoryPercent percent
 * @param diskPercent percent
 */
record StoredHeartbeat(Instant at, int cpuPercent, int memoryPercent, int diskPercent) {
  static StoredHeartbeat of(Instant at) {
    return new StoredHeartbeat(at, 10, 20, 30);
  }

  StoredHeartbeat withMemoryPercent(int percent) {
    return new StoredHeartbeat(at, cpuPercent, percent, diskPercent);
  }
}
