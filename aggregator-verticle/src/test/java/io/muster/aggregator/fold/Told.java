package io.muster.aggregator.fold;

import java.time.Instant;

/**
 * One heartbeat as the tables have it.
 *
 * @param at its instant
 * @param cpu percent
 * @param mem percent
 * @param disk percent
 * @param flags of the accelerators
 * @param devices how many there are
 */
record Told(Instant at, int cpu, int mem, int disk, int flags, int devices) {
  static Told at(Instant at) {
    return new Told(at, 10, 20, 30, 0, 0);
  }

  Told withMem(int percent) {
    return new Told(at, cpu, percent, disk, flags, devices);
  }

  Told withDisk(int percent) {
    return new Told(at, cpu, mem, percent, flags, devices);
  }

  Told withFlags(int mask) {
    return new Told(at, cpu, mem, disk, mask, devices);
  }

  Told withDevices(int number) {
    return new Told(at, cpu, mem, disk, flags, number);
  }
}
