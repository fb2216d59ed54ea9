package io.muster.collector.simulation;

import java.util.SplittableRandom;

/**
 * The load of one simulated device over time: phases of work and rest, with noise. The same seed
 * and device give the same course. Confined to the lane of its source.
 */
final class SimulatedLoad {
  private static final int DEVICES = 1000;
  private static final int LONGEST_PHASE_TICKS = 60;
  private static final double INERTIA = 0.7;

  private final SplittableRandom random;
  private double level;
  private double target;
  private int ticksLeft;

  /**
   * The load of one device of a host.
   *
   * @param device number among the devices of the host, 0..999
   */
  SimulatedLoad(long seed, int device) {
    random = new SplittableRandom(seed * DEVICES + device);
  }

  /** Share of full load at the next tick, 0..1. */
  double next() {
    if (ticksLeft-- <= 0) {
      ticksLeft = 1 + random.nextInt(LONGEST_PHASE_TICKS);
      target = random.nextDouble() < 0.25 ? 0 : 0.4 + 0.6 * random.nextDouble();
    }
    level = INERTIA * level + (1 - INERTIA) * target;
    var noisy = level + 0.03 * (random.nextDouble() - 0.5);
    return Math.max(0, Math.min(1, noisy));
  }
}
