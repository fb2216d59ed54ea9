package io.muster.collector.simulation;

import java.util.SplittableRandom;

/**
 * The load of one simulated device over time: busy and idle phases of 2 to 61 ticks, with noise.
 * The same seed and device yield the same sequence. Used by the lane's thread only.
 */
final class SimulatedLoad {
  private static final int MAX_DEVICES = 1000;
  private static final int MAX_REMAINING_TICKS = 60;
  private static final double SMOOTHING_FACTOR = 0.7;

  private final SplittableRandom random;
  private double smoothedLoad;
  private double targetLoad;
  private int remainingTicks;

  /**
   * Creates the load of one device of a host.
   *
   * @param device number among the devices of the host, 0..999
   */
  SimulatedLoad(long seed, int device) {
    random = new SplittableRandom(seed * MAX_DEVICES + device);
  }

  /** Returns the share of full load at the next tick, 0..1. */
  double next() {
    if (remainingTicks-- <= 0) {
      remainingTicks = 1 + random.nextInt(MAX_REMAINING_TICKS);
      targetLoad = random.nextDouble() < 0.25 ? 0 : 0.4 + 0.6 * random.nextDouble();
    }
    smoothedLoad = SMOOTHING_FACTOR * smoothedLoad + (1 - SMOOTHING_FACTOR) * targetLoad;
    var noisyLoad = smoothedLoad + 0.03 * (random.nextDouble() - 0.5);
    return Math.max(0, Math.min(1, noisyLoad));
  }
}
