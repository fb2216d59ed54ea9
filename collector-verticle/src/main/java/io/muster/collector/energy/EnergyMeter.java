package io.muster.collector.energy;

import static io.muster.collector.energy.EnergyPoint.MAX_WATTS;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The energy counter of one subject, J. It never falls. Each stretch between two readings is
 * counted once, in the first of these ways that can be had:
 *
 * <ol>
 *   <li>by the hardware's counter, however long the stretch. A counter that went back has started
 *       anew from zero. What is more than {@link EnergyPoint#MAX_WATTS} over the stretch is no
 *       energy but a fault of the counter;
 *   <li>by power: the mean of both ends; behind passes without a reading, what the earlier end
 *       told. A stretch that is too long is not guessed at.
 * </ol>
 */
final class EnergyMeter {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Counters move in steps, and the clock over a restart may have been set. */
  private static final double COUNTER_SLACK_JOULES = MAX_WATTS;

  private final long maxGapNanos;
  private boolean measured;
  private double joules;
  private @Nullable EnergyPoint last;
  private int passesSinceLast;

  /**
   * A counter at its start.
   *
   * @param maxGapNanos longest stretch that is counted by power
   */
  EnergyMeter(long maxGapNanos) {
    this.maxGapNanos = maxGapNanos;
  }

  /** Goes on where a counter was when that point was read. */
  void restore(double restoredJoules, EnergyPoint point) {
    measured = true;
    joules = restoredJoules;
    last = point;
  }

  /** A pass begins, in which the subject may or may not tell something. */
  void beginPass() {
    passesSinceLast++;
  }

  /** Counts from the last reading to this one. */
  void read(EnergyPoint now) {
    boolean noTimePassed = last != null && now.nanos() - last.nanos() <= 0;
    if (now.isEmpty() || noTimePassed) {
      return;
    }
    last = last == null ? now : count(last, now);
    passesSinceLast = 0;
  }

  /** Energy counted so far; empty until a first stretch was measured. */
  OptionalDouble joules() {
    return measured ? OptionalDouble.of(joules) : OptionalDouble.empty();
  }

  /** The last reading there was. */
  Optional<EnergyPoint> last() {
    return Optional.ofNullable(last);
  }

  private void add(double more) {
    measured = true;
    joules += more;
  }

  /** Counts the stretch; answers what the next one begins with. */
  private EnergyPoint count(EnergyPoint from, EnergyPoint to) {
    if (from.counterJoules().isEmpty() || to.counterJoules().isEmpty()) {
      byPower(from, to).ifPresent(this::add);
      return to;
    }
    double delta = delta(from.counterJoules().getAsDouble(), to.counterJoules().getAsDouble());
    if (delta <= MAX_WATTS * seconds(from, to) + COUNTER_SLACK_JOULES) {
      add(delta);
      return to;
    }
    byPower(from, to).ifPresent(this::add);
    return to.withoutCounter(); // it may be rubbish that would make the next stretch look like much
  }

  private static double delta(double before, double after) {
    return after >= before ? after - before : after;
  }

  private OptionalDouble byPower(EnergyPoint from, EnergyPoint to) {
    boolean tooLong = to.nanos() - from.nanos() > maxGapNanos;
    if (tooLong || from.watts().isEmpty() || to.watts().isEmpty()) {
      return OptionalDouble.empty();
    }
    double before = from.watts().getAsDouble();
    double watts = passesSinceLast > 1 ? before : (before + to.watts().getAsDouble()) / 2;
    return OptionalDouble.of(watts * seconds(from, to));
  }

  private static double seconds(EnergyPoint from, EnergyPoint to) {
    return (to.nanos() - from.nanos()) / NANOS_PER_SECOND;
  }
}
