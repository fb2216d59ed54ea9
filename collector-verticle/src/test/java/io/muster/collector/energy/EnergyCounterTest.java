package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyCounterTest {
  private static final OptionalDouble NOT_REPORTED = OptionalDouble.empty();

  private final EnergyCounter counter = new EnergyCounter(SECONDS.toNanos(10));

  /** Starts near the end of the range, so that the clock overflows during the test. */
  private long nanos = Long.MAX_VALUE - SECONDS.toNanos(2);

  @Test
  void joules_beforeAnIntervalIsMeasured_isEmpty() {
    assertThat(counter.joules()).isEmpty();
    readPower(300);
    assertThat(counter.joules()).isEmpty();
  }

  @Test
  void update_steadyPower_isPowerTimesTime() {
    readPower(300);
    for (int tick = 0; tick < 20; tick++) {
      advanceSeconds(3).readPower(300);
    }

    assertThat(joules()).isEqualTo(300 * 60.0);
  }

  @Test
  void update_risingPower_isTheAreaUnderTheLine() {
    for (int second = 0; second <= 10; second++) {
      advanceSeconds(1).readPower(100.0 * second);
    }

    assertThat(joules()).isEqualTo(100.0 * 10 * 10 / 2);
  }

  @Test
  void update_passesWithoutAReading_holdTheEarlierPower() {
    readPower(100);
    advanceSeconds(3).readNothing();
    advanceSeconds(3).readNothing();
    assertThat(counter.joules()).isEmpty();

    advanceSeconds(3).readPower(900);

    assertThat(joules()).isEqualTo(100 * 9.0);
  }

  @Test
  void update_gapOfTenSeconds_isCountedAndALongerOneIsNot() {
    readPower(100);
    advanceSeconds(10).readPower(100);
    assertThat(joules()).isEqualTo(1000);

    nanos++;
    advanceSeconds(10).readPower(100);
    assertThat(joules()).isEqualTo(1000);

    advanceSeconds(3).readPower(100);
    assertThat(joules()).isEqualTo(1300);
  }

  @Test
  void update_noElapsedTime_changesNothing() {
    readPower(100);
    readPower(5000);
    advanceSeconds(2).readPower(100);

    assertThat(joules()).isEqualTo(200);
  }

  @Test
  void update_clockWentBack_addsNothing() {
    readPower(100);
    advanceSeconds(-5).readPower(100);
    advanceSeconds(7).readPower(100);

    assertThat(joules()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -0.001})
  void update_impossibleNumbers_areNoReadings(double number) {
    readPower(100);
    advanceSeconds(3).read(OptionalDouble.of(number), OptionalDouble.of(number));
    advanceSeconds(3).readPower(100);

    assertThat(joules()).isEqualTo(600);
  }

  @Test
  void update_powerOutOfRange_isClamped() {
    readPower(1e12);
    advanceSeconds(1).readPower(1e12);

    assertThat(joules()).isEqualTo(100_000);
  }

  @Test
  void update_hardwareCounter_addsItsDeltaAndNotThePower() {
    read(5_000_000.5, 100);
    advanceSeconds(3).read(5_000_900.75, 100);
    advanceSeconds(600).read(5_200_900.75, 100);

    assertThat(joules()).isEqualTo(900.25 + 200_000);
  }

  @Test
  void update_counterReset_countsFromZero() {
    read(5_000_000, 700);
    advanceSeconds(3).read(1_200, 700);
    advanceSeconds(3).read(3_300, 700);

    assertThat(joules()).isEqualTo(1_200 + 2_100);
  }

  @Test
  void update_counterFellToAnImplausibleValue_isCountedByPower() {
    read(5_000_000, 700);
    advanceSeconds(3).read(4_000_000, 700);
    advanceSeconds(3).read(4_002_000, 700);
    advanceSeconds(3).read(4_004_100, 700);

    assertThat(joules()).isEqualTo(3 * 700 + 3 * 700 + 2_100);
  }

  @Test
  void update_counterJumps_isCountedByPowerBothWays() {
    read(5_000, 700);
    advanceSeconds(3).read(9e15, 700);
    advanceSeconds(3).read(9_200, 700);
    advanceSeconds(3).read(11_300, 700);

    assertThat(joules()).isEqualTo(3 * 700 + 3 * 700 + 2_100);
  }

  @Test
  void update_intermittentCounter_countsNoIntervalTwice() {
    read(1_000, 100);
    advanceSeconds(3).readPower(100);
    advanceSeconds(3).read(1_600, 100);
    advanceSeconds(3).read(1_900, 100);

    assertThat(joules()).isEqualTo(300 + 300 + 300);
  }

  @Test
  void update_longGapWithCounter_addsTheWholeDelta() {
    read(1_000, 100);
    advanceSeconds(3).readNothing();
    advanceSeconds(3_600).readNothing();
    advanceSeconds(3).read(401_000, 100);

    assertThat(joules()).isEqualTo(400_000);
  }

  @Test
  void restore_hardwareCounterContinued_addsTheMissedEnergy() {
    counter.restore(77, new EnergyReading(nanos, OptionalDouble.of(1_000), NOT_REPORTED));
    assertThat(joules()).isEqualTo(77);

    advanceSeconds(120).read(13_000, 100);

    assertThat(joules()).isEqualTo(77 + 12_000);
  }

  @Test
  void restore_noHardwareCounter_resumes() {
    counter.restore(77, new EnergyReading(nanos, NOT_REPORTED, NOT_REPORTED));

    advanceSeconds(1).readPower(100);
    assertThat(joules()).isEqualTo(77);

    advanceSeconds(1).readPower(100);
    assertThat(joules()).isEqualTo(177);
  }

  /** With any readings, the counter never falls and never runs faster than the clamp allows. */
  @RepeatedTest(200)
  void update_anyReadings_neverFallsAndStaysPlausible(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    double joulesBefore = 0;
    double maxJoules = 0;
    for (int tick = 0; tick < 300; tick++) {
      double seconds = random.nextInt(8) == 0 ? 100 * random.nextDouble() : 3;
      advanceSeconds(seconds).read(anyValue(random, 1e7), anyValue(random, 2e5));
      maxJoules += 100_000 * (seconds + 1);
      double joulesNow = counter.joules().orElse(0);
      assertThat(joulesNow).isBetween(joulesBefore, maxJoules);
      joulesBefore = joulesNow;
    }
  }

  /**
   * With missing readings, faulty power and driver reloads, the counter still equals the true
   * energy.
   */
  @RepeatedTest(100)
  void update_counterWithGapsAndReloads_isCorrect(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    double hardwareJoules = 1e6;
    double consumedJoules = 0;
    read(hardwareJoules, 500);
    for (int tick = 0; tick < 3000; tick++) {
      double joules = 3 * 700 * random.nextDouble();
      consumedJoules += joules;
      hardwareJoules += joules;
      advanceSeconds(3);
      if (random.nextInt(4) == 0) {
        readNothing();
        continue;
      }
      read(OptionalDouble.of(hardwareJoules), anyValue(random, 700));
      boolean reload = hardwareJoules > 1e5 && random.nextInt(50) == 0;
      hardwareJoules = reload ? 0 : hardwareJoules;
    }
    advanceSeconds(3).read(hardwareJoules, 500);

    assertThat(joules()).isCloseTo(consumedJoules, within(1e-3));
  }

  private EnergyCounterTest advanceSeconds(double seconds) {
    nanos += Math.round(seconds * 1e9);
    return this;
  }

  private void readPower(double powerWatts) {
    read(NOT_REPORTED, OptionalDouble.of(powerWatts));
  }

  private void read(double hardwareJoules, double powerWatts) {
    read(OptionalDouble.of(hardwareJoules), OptionalDouble.of(powerWatts));
  }

  private void readNothing() {
    read(NOT_REPORTED, NOT_REPORTED);
  }

  private void read(OptionalDouble hardwareJoules, OptionalDouble powerWatts) {
    counter.beginPass();
    counter.update(new EnergyReading(nanos, hardwareJoules, powerWatts));
  }

  private double joules() {
    return counter.joules().orElse(-1);
  }

  private static OptionalDouble anyValue(Random random, double scale) {
    return switch (random.nextInt(8)) {
      case 0 -> NOT_REPORTED;
      case 1 -> OptionalDouble.of(Double.NaN);
      case 2 -> OptionalDouble.of(-scale * random.nextDouble());
      case 3 -> OptionalDouble.of(Double.MAX_VALUE);
      default -> OptionalDouble.of(scale * random.nextDouble());
    };
  }
}
