package io.muster.collector.energy;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EnergyCountersTest {
  private static final OptionalDouble NOT_REPORTED = OptionalDouble.empty();
  private static final double GPU_WATTS = 412.337;
  private static final Readings SAMPLE = FrameTestData.readings("gpu-01");

  private long nanos = SECONDS.toNanos(77);
  private long wallMillis = 1_786_185_000_000L;
  private EnergyCounters counters = newCounters(3);

  @Test
  void count_firstPass_reportsNoEnergy() {
    var first = counters.count(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(7)));

    assertThat(first.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).isEmpty();
    assertThat(first.cpus().get(0).energyConsumedJoules()).isEmpty();
    assertThat(first.chassis().get(0).energyConsumedJoules()).isEmpty();
  }

  @Test
  void count_noHardwareCounters_integratesPower() {
    counters.count(readings(NOT_REPORTED, NOT_REPORTED));
    var second = advanceSeconds(3).count(readings(NOT_REPORTED, NOT_REPORTED));

    assertThat(second.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).hasValue(1237.011);
    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(1237.011);
  }

  @Test
  void count_hardwareCounters_addsTheirDelta() {
    counters.count(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(10)));
    var second =
        advanceSeconds(3).count(readings(OptionalDouble.of(5_001_111.5), OptionalDouble.of(610)));

    assertThat(second.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).hasValue(1111.5);
    assertThat(second.cpus().get(0).energyConsumedJoules()).hasValue(600);
  }

  @Test
  void count_otherReadings_areUnchanged() {
    var metered = counters.count(SAMPLE);

    assertThat(metered.memory()).isEqualTo(SAMPLE.memory());
    assertThat(metered.processes()).isEqualTo(SAMPLE.processes());
    assertThat(metered.storage()).isEqualTo(SAMPLE.storage());
    assertThat(metered.gpus().get(0).with(ENERGY_CONSUMED_JOULES, NOT_REPORTED))
        .isEqualTo(SAMPLE.gpus().get(0).with(ENERGY_CONSUMED_JOULES, NOT_REPORTED));
  }

  @Test
  void count_powerNoLongerReported_keepsTheCounter() {
    counters.count(chassisReadings(OptionalDouble.of(100)));
    advanceSeconds(3).count(chassisReadings(OptionalDouble.of(100)));
    var last = advanceSeconds(60).count(chassisReadings(NOT_REPORTED));

    assertThat(last.chassis().get(0).energyConsumedJoules()).hasValue(300);
  }

  @Test
  void count_passWithoutReading_holdsThePower() {
    counters.count(chassisReadings(OptionalDouble.of(100)));
    advanceSeconds(3).count(Readings.EMPTY);
    var last = advanceSeconds(3).count(chassisReadings(OptionalDouble.of(900)));

    assertThat(last.chassis().get(0).energyConsumedJoules()).hasValue(600);
  }

  @Test
  void count_longInterval_integratesPower() {
    counters = newCounters(60);
    counters.count(chassisReadings(OptionalDouble.of(100)));
    var second = advanceSeconds(60).count(chassisReadings(OptionalDouble.of(100)));

    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(6000);
  }

  @Test
  void restore_afterRestart_resumes() {
    counters.count(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(10)));
    advanceSeconds(3).count(readings(OptionalDouble.of(5_001_000), OptionalDouble.of(610)));
    var savedCounters = counters.snapshot();

    // In the new process the clock has another origin, and so has the CPU counter.
    wallMillis += SECONDS.toMillis(100);
    nanos = -SECONDS.toNanos(5_000);
    counters = newCounters(3);
    counters.restore(savedCounters);
    var first = counters.count(readings(OptionalDouble.of(5_021_000), OptionalDouble.of(0)));
    var second =
        advanceSeconds(3).count(readings(OptionalDouble.of(5_022_000), OptionalDouble.of(600)));

    assertThat(first.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).hasValue(21_000);
    assertThat(first.cpus().get(0).energyConsumedJoules()).hasValue(600);
    assertThat(first.chassis().get(0).energyConsumedJoules()).hasValue(1237.011);
    assertThat(second.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).hasValue(22_000);
    assertThat(second.cpus().get(0).energyConsumedJoules()).hasValue(1200);
    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(2 * 1237.011);
  }

  @Test
  void restore_clockSetBack_losesOnlyTheDowntime() {
    counters.count(readings(OptionalDouble.of(5_000_000), NOT_REPORTED));
    advanceSeconds(3).count(readings(OptionalDouble.of(5_001_000), NOT_REPORTED));
    var savedCounters = counters.snapshot();
    wallMillis -= SECONDS.toMillis(86_400);
    counters = newCounters(3);
    counters.restore(savedCounters);

    var first = advanceSeconds(1).count(readings(OptionalDouble.of(9_000_000), NOT_REPORTED));
    advanceSeconds(3).count(readings(OptionalDouble.of(9_001_000), NOT_REPORTED));
    var third = advanceSeconds(3).count(readings(OptionalDouble.of(9_002_000), NOT_REPORTED));

    assertThat(first.gpus().get(0).value(ENERGY_CONSUMED_JOULES)).hasValue(1_000);
    assertThat(third.gpus().get(0).value(ENERGY_CONSUMED_JOULES))
        .hasValue(Math.rint(1000 * (1_000 + 3 * GPU_WATTS + 1_000)) / 1000);
  }

  @Test
  void snapshot_removedDevice_keepsItsLastReadTime() {
    counters.count(chassisReadings(OptionalDouble.of(100)));
    advanceSeconds(3).count(chassisReadings(OptionalDouble.of(100)));
    long readAtMillis = wallMillis;
    advanceSeconds(600).count(Readings.EMPTY);

    assertThat(counters.snapshot())
        .containsExactly(
            new SavedEnergyCounter(EnergyCounterKey.CHASSIS, 300, NOT_REPORTED, readAtMillis));
  }

  @Test
  void snapshot_nothingMeasured_isEmpty() {
    counters.count(SAMPLE);

    assertThat(counters.snapshot()).isEmpty();
  }

  private EnergyCounters newCounters(long intervalSeconds) {
    return new EnergyCounters(
        Duration.ofSeconds(intervalSeconds), () -> nanos, () -> Instant.ofEpochMilli(wallMillis));
  }

  private EnergyCounters advanceSeconds(long seconds) {
    nanos += SECONDS.toNanos(seconds);
    wallMillis += MILLISECONDS.convert(seconds, SECONDS);
    return counters;
  }

  private static Readings readings(OptionalDouble gpuJoules, OptionalDouble cpuJoules) {
    return new Readings(
        List.of(SAMPLE.gpus().get(0).with(ENERGY_CONSUMED_JOULES, gpuJoules)),
        List.of(SAMPLE.cpus().get(0).withEnergyConsumedJoules(cpuJoules)),
        SAMPLE.memory(),
        SAMPLE.chassis(),
        SAMPLE.processes(),
        SAMPLE.storage());
  }

  /** Readings of a host that reports the power of the chassis only. */
  private static Readings chassisReadings(OptionalDouble powerWatts) {
    return new Readings(
        List.of(),
        List.of(),
        List.of(),
        List.of(SAMPLE.chassis().get(0).withTotalPowerWatts(powerWatts)),
        List.of(),
        List.of());
  }
}
