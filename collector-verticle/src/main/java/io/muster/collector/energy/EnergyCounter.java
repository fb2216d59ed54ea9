package io.muster.collector.energy;

import static io.muster.collector.energy.EnergyReading.MAX_WATTS;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The energy counter of one subject, J, which never decreases. The energy between two readings is
 * counted once, by the first of these methods that is available:
 *
 * <ol>
 *   <li>the hardware's counter, regardless of the time between the readings. A counter that
 *       decreased has restarted from zero. An increase of more than {@link EnergyReading#MAX_WATTS}
 *       over that time is a fault of the counter, and power is used instead;
 *   <li>power: the mean of both readings; after passes without a reading, the power of the earlier
 *       reading. The energy of a longer gap than the limit is not estimated.
 * </ol>
 *
 * <p>Confined to the context of its {@link EnergyCounters}.
 */
final class EnergyCounter {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Counters move in steps, and the wall clock may have been set during a restart. */
  private static final double COUNTER_TOLERANCE_JOULES = MAX_WATTS;

  private final long maxGapNanos;
  private OptionalDouble joules = OptionalDouble.empty();
  private @Nullable EnergyReading lastReading;
  private int passesSinceReading;

  /**
   * Creates a counter without a value.
   *
   * @param maxGapNanos longest time between two readings that is counted by power
   */
  EnergyCounter(long maxGapNanos) {
    this.maxGapNanos = maxGapNanos;
  }

  /** Continues from a saved value, as of that reading. */
  void restore(double restoredJoules, EnergyReading reading) {
    joules = OptionalDouble.of(restoredJoules);
    lastReading = reading;
  }

  /** Starts a pass, in which the subject may or may not have a reading. */
  void beginPass() {
    passesSinceReading++;
  }

  /** Counts the energy since the last reading. */
  void update(EnergyReading reading) {
    var last = lastReading;
    boolean hasElapsedTime = last == null || reading.atNanos() - last.atNanos() > 0;
    if (!reading.isEmpty() && hasElapsedTime) {
      lastReading = last == null ? reading : countInterval(last, reading);
      passesSinceReading = 0;
    }
  }

  /** Energy counted so far, J; empty until the time between two readings was counted. */
  OptionalDouble joules() {
    return joules;
  }

  /** The last reading, if any. */
  Optional<EnergyReading> lastReading() {
    return Optional.ofNullable(lastReading);
  }

  /**
   * Counts the energy between two readings; returns the reading that the next count starts from.
   */
  private EnergyReading countInterval(EnergyReading from, EnergyReading to) {
    boolean hasCounters = from.hardwareJoules().isPresent() && to.hardwareJoules().isPresent();
    var byHardware = hasCounters ? joulesByHardware(from, to) : OptionalDouble.empty();
    var added = byHardware.isPresent() ? byHardware : joulesByPower(from, to);
    added.ifPresent(value -> joules = OptionalDouble.of(joules.orElse(0) + value));
    // A faulty value would make the next difference implausible too.
    return hasCounters && byHardware.isEmpty() ? to.withoutHardwareJoules() : to;
  }

  private static OptionalDouble joulesByHardware(EnergyReading from, EnergyReading to) {
    double before = from.hardwareJoules().orElseThrow();
    double after = to.hardwareJoules().orElseThrow();
    double added = after >= before ? after - before : after;
    return added <= MAX_WATTS * seconds(from, to) + COUNTER_TOLERANCE_JOULES
        ? OptionalDouble.of(added)
        : OptionalDouble.empty();
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
