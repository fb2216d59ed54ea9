package io.muster.collector.energy;

import static io.muster.collector.energy.EnergyReading.MAX_WATTS;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The energy counter of one subject, J. It never falls. Each stretch between two readings is
 * counted once, in the first of these ways that can be had:
 *
 * <ol>
 *   <li>by the hardware's counter, however long the stretch. A counter that went back has started
 *       anew from zero. What is more than {@link EnergyReading#MAX_WATTS} over the stretch is no
 *       energy but a fault of the counter;
 *   <li>by power: the mean of both ends; behind passes without a reading, what the earlier end
 *       told. A stretch that is too long is not guessed at.
 * </ol>
 */
final class EnergyCounter {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Counters move in steps, and the clock over a restart may have been set. */
  private static final double COUNTER_TOLERANCE_JOULES = MAX_WATTS;

  private final long maxGapNanos;
  private boolean measured;
  private double joules;
  private @Nullable EnergyReading lastReading;
  private int passesSinceReading;

  /**
   * A counter at its start.
   *
   * @param maxGapNanos longest stretch that is counted by power
   */
  EnergyCounter(long maxGapNanos) {
    this.maxGapNanos = maxGapNanos;
  }

  /** Goes on where a counter was when that point was read. */
  void restore(double restoredJoules, EnergyReading reading) {
    measured = true;
    joules = restoredJoules;
    lastReading = reading;
  }

  /** A pass begins, in which the subject may or may not tell something. */
  void beginPass() {
    passesSinceReading++;
  }

  /** Counts from the last reading to this one. */
  void update(EnergyReading reading) {
    boolean hasNoElapsedTime =
        lastReading != null && reading.atNanos() - lastReading.atNanos() <= 0;
    if (reading.isEmpty() || hasNoElapsedTime) {
      return;
    }
    lastReading = lastReading == null ? reading : countInterval(lastReading, reading);
    passesSinceReading = 0;
  }

  /** Energy counted so far; empty until a first stretch was measured. */
  OptionalDouble joules() {
    return measured ? OptionalDouble.of(joules) : OptionalDouble.empty();
  }

  /** The last reading there was. */
  Optional<EnergyReading> lastReading() {
    return Optional.ofNullable(lastReading);
  }

  private void add(double addedJoules) {
    measured = true;
    joules += addedJoules;
  }

  /** Counts the stretch; answers what the next one begins with. */
  private EnergyReading countInterval(EnergyReading from, EnergyReading to) {
    if (from.hardwareJoules().isEmpty() || to.hardwareJoules().isEmpty()) {
      joulesByPower(from, to).ifPresent(this::add);
      return to;
    }
    double deltaJoules =
        deltaJoules(from.hardwareJoules().getAsDouble(), to.hardwareJoules().getAsDouble());
    if (deltaJoules <= MAX_WATTS * seconds(from, to) + COUNTER_TOLERANCE_JOULES) {
      add(deltaJoules);
      return to;
    }
    joulesByPower(from, to).ifPresent(this::add);
    return to
        .withoutHardwareJoules(); // it may be rubbish that would make the next stretch look like
    // much
  }

  private static double deltaJoules(double beforeJoules, double afterJoules) {
    return afterJoules >= beforeJoules ? afterJoules - beforeJoules : afterJoules;
  }

  private OptionalDouble joulesByPower(EnergyReading from, EnergyReading to) {
    boolean isTooLong = to.atNanos() - from.atNanos() > maxGapNanos;
    if (isTooLong || from.powerWatts().isEmpty() || to.powerWatts().isEmpty()) {
      return OptionalDouble.empty();
    }
    double earlierWatts = from.powerWatts().getAsDouble();
    double meanWatts =
        passesSinceReading > 1 ? earlierWatts : (earlierWatts + to.powerWatts().getAsDouble()) / 2;
    return OptionalDouble.of(meanWatts * seconds(from, to));
  }

  private static double seconds(EnergyReading from, EnergyReading to) {
    return (to.atNanos() - from.atNanos()) / NANOS_PER_SECOND;
  }
}
