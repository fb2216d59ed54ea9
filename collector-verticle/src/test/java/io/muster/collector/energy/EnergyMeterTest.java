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

class EnergyMeterTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  private final EnergyMeter meter = new EnergyMeter(SECONDS.toNanos(10));

  /** Near the end of the range, so that the clock overflows on the way. */
  private long nanos = Long.MAX_VALUE - SECONDS.toNanos(2);

  @Test
  void joules_beforeAStretchIsMeasured_isEmpty() {
    assertThat(meter.joules()).isEmpty();
    power(300);
    assertThat(meter.joules()).isEmpty();
  }

  @Test
  void read_steadyPower_isPowerTimesTime() {
    power(300);
    for (int tick = 0; tick < 20; tick++) {
      after(3).power(300);
    }

    assertThat(joules()).isEqualTo(300 * 60.0);
  }

  @Test
  void read_risingPower_isTheAreaUnderTheLine() {
    for (int second = 0; second <= 10; second++) {
      after(1).power(100.0 * second);
    }

    assertThat(joules()).isEqualTo(100.0 * 10 * 10 / 2);
  }

  @Test
  void read_passesWithoutAReading_holdWhatWasToldBefore() {
    power(100);
    after(3).nothing();
    after(3).nothing();
    assertThat(meter.joules()).isEmpty();

    after(3).power(900);

    assertThat(joules()).isEqualTo(100 * 9.0);
  }

  @Test
  void read_gapOfTenSeconds_isHeldAndLongerAddsNothing() {
    power(100);
    after(10).power(100);
    assertThat(joules()).isEqualTo(1000);

    nanos++;
    after(10).power(100);
    assertThat(joules()).isEqualTo(1000);

    after(3).power(100);
    assertThat(joules()).isEqualTo(1300);
  }

  @Test
  void read_noTimePassed_addsNothingAndForgetsNothing() {
    power(100);
    power(5000);
    after(2).power(100);

    assertThat(joules()).isEqualTo(200);
  }

  @Test
  void read_clockWentBack_addsNothing() {
    power(100);
    after(-5).power(100);
    after(7).power(100);

    assertThat(joules()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1, -0.001})
  void read_impossibleNumbers_areNoReadings(double number) {
    power(100);
    after(3).told(OptionalDouble.of(number), OptionalDouble.of(number));
    after(3).power(100);

    assertThat(joules()).isEqualTo(600);
  }

  @Test
  void read_powerBeyondAllBounds_isClamped() {
    power(1e12);
    after(1).power(1e12);

    assertThat(joules()).isEqualTo(100_000);
  }

  @Test
  void read_hardwareCounts_takesItsDeltaAndNotThePower() {
    told(5_000_000.5, 100);
    after(3).told(5_000_900.75, 100);
    after(600).told(5_200_900.75, 100);

    assertThat(joules()).isEqualTo(900.25 + 200_000);
  }

  @Test
  void read_counterWentBack_beginsAtZeroAgain() {
    told(5_000_000, 700);
    after(3).told(1_200, 700);
    after(3).told(3_300, 700);

    assertThat(joules()).isEqualTo(1_200 + 2_100);
  }

  @Test
  void read_counterWentBackToMoreThanCanBe_isCountedByPower() {
    told(5_000_000, 700);
    after(3).told(4_000_000, 700);
    after(3).told(4_002_000, 700);
    after(3).told(4_004_100, 700);

    assertThat(joules()).isEqualTo(3 * 700 + 3 * 700 + 2_100);
  }

  @Test
  void read_counterLeaps_isCountedByPowerThereAndBack() {
    told(5_000, 700);
    after(3).told(9e15, 700);
    after(3).told(9_200, 700);
    after(3).told(11_300, 700);

    assertThat(joules()).isEqualTo(3 * 700 + 3 * 700 + 2_100);
  }

  @Test
  void read_counterComesAndGoes_countsNoStretchTwice() {
    told(1_000, 100);
    after(3).power(100);
    after(3).told(1_600, 100);
    after(3).told(1_900, 100);

    assertThat(joules()).isEqualTo(300 + 300 + 300);
  }

  @Test
  void read_deviceSilentForLong_counterMakesUpForIt() {
    told(1_000, 100);
    after(3).nothing();
    after(3_600).nothing();
    after(3).told(401_000, 100);

    assertThat(joules()).isEqualTo(400_000);
  }

  @Test
  void restore_hardwareCountedOn_countsWhatWasMissed() {
    meter.restore(77, new EnergyPoint(nanos, OptionalDouble.of(1_000), NONE));
    assertThat(joules()).isEqualTo(77);

    after(120).told(13_000, 100);

    assertThat(joules()).isEqualTo(77 + 12_000);
  }

  @Test
  void restore_withoutCounter_goesOnFromThere() {
    meter.restore(77, new EnergyPoint(nanos, NONE, NONE));

    after(1).power(100);
    assertThat(joules()).isEqualTo(77);

    after(1).power(100);
    assertThat(joules()).isEqualTo(177);
  }

  /** Whatever is told, the counter never falls and never runs faster than the clamp allows. */
  @RepeatedTest(200)
  void read_anything_neverFallsAndStaysPossible(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    double before = 0;
    double most = 0;
    for (int tick = 0; tick < 300; tick++) {
      double seconds = random.nextInt(8) == 0 ? 100 * random.nextDouble() : 3;
      after(seconds).told(anything(random, 1e7), anything(random, 2e5));
      most += 100_000 * (seconds + 1);
      double now = meter.joules().orElse(0);
      assertThat(now).isBetween(before, most);
      before = now;
    }
  }

  /** A true course, told with holes, glitches of the power and driver reloads: it comes out. */
  @RepeatedTest(100)
  void read_trueCounterWithHolesAndReloads_isRight(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    double counter = 1e6;
    double consumed = 0;
    told(counter, 500);
    for (int tick = 0; tick < 3000; tick++) {
      double joules = 3 * 700 * random.nextDouble();
      consumed += joules;
      counter += joules;
      after(3);
      if (random.nextInt(4) == 0) {
        nothing();
        continue;
      }
      told(OptionalDouble.of(counter), anything(random, 700));
      boolean reload = counter > 1e5 && random.nextInt(50) == 0;
      counter = reload ? 0 : counter;
    }
    after(3).told(counter, 500);

    assertThat(joules()).isCloseTo(consumed, within(1e-3));
  }

  private EnergyMeterTest after(double seconds) {
    nanos += Math.round(seconds * 1e9);
    return this;
  }

  private void power(double watts) {
    told(NONE, OptionalDouble.of(watts));
  }

  private void told(double counterJoules, double watts) {
    told(OptionalDouble.of(counterJoules), OptionalDouble.of(watts));
  }

  private void nothing() {
    told(NONE, NONE);
  }

  private void told(OptionalDouble counterJoules, OptionalDouble watts) {
    meter.beginPass();
    meter.read(new EnergyPoint(nanos, counterJoules, watts));
  }

  private double joules() {
    return meter.joules().orElse(-1);
  }

  private static OptionalDouble anything(Random random, double scale) {
    return switch (random.nextInt(8)) {
      case 0 -> NONE;
      case 1 -> OptionalDouble.of(Double.NaN);
      case 2 -> OptionalDouble.of(-scale * random.nextDouble());
      case 3 -> OptionalDouble.of(Double.MAX_VALUE);
      default -> OptionalDouble.of(scale * random.nextDouble());
    };
  }
}
