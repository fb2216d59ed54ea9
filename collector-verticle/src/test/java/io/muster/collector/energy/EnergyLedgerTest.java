package io.muster.collector.energy;

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

class EnergyLedgerTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();
  private static final double GPU_WATTS = 412.337;
  private static final Readings SAMPLE = FrameTestData.readings("gpu-01");

  private long nanos = SECONDS.toNanos(77);
  private long wallMillis = 1_786_185_000_000L;
  private EnergyLedger ledger = started(3);

  @Test
  void meter_firstTick_tellsNoCounters() {
    var first = ledger.meter(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(7)));

    assertThat(first.gpus().get(0).energyConsumedJoules()).isEmpty();
    assertThat(first.cpus().get(0).energyConsumedJoules()).isEmpty();
    assertThat(first.chassis().get(0).energyConsumedJoules()).isEmpty();
  }

  @Test
  void meter_withoutHardwareCounters_integratesPower() {
    ledger.meter(readings(NONE, NONE));
    var second = after(3).meter(readings(NONE, NONE));

    assertThat(second.gpus().get(0).energyConsumedJoules()).hasValue(1237.011);
    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(1237.011);
  }

  @Test
  void meter_hardwareCounts_takesThat() {
    ledger.meter(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(10)));
    var second = after(3).meter(readings(OptionalDouble.of(5_001_111.5), OptionalDouble.of(610)));

    assertThat(second.gpus().get(0).energyConsumedJoules()).hasValue(1111.5);
    assertThat(second.cpus().get(0).energyConsumedJoules()).hasValue(600);
  }

  @Test
  void meter_everythingElse_staysAsItWas() {
    var metered = ledger.meter(SAMPLE);

    assertThat(metered.memory()).isEqualTo(SAMPLE.memory());
    assertThat(metered.processes()).isEqualTo(SAMPLE.processes());
    assertThat(metered.storage()).isEqualTo(SAMPLE.storage());
    assertThat(metered.gpus().get(0).withEnergyConsumedJoules(NONE))
        .isEqualTo(SAMPLE.gpus().get(0).withEnergyConsumedJoules(NONE));
  }

  @Test
  void meter_subjectFellSilent_keepsItsCounter() {
    ledger.meter(drawing(OptionalDouble.of(100)));
    after(3).meter(drawing(OptionalDouble.of(100)));
    var silent = after(60).meter(drawing(NONE));

    assertThat(silent.chassis().get(0).energyConsumedJoules()).hasValue(300);
  }

  @Test
  void meter_subjectLeftOutOfATick_holdsItsPower() {
    ledger.meter(drawing(OptionalDouble.of(100)));
    after(3).meter(Readings.EMPTY);
    var back = after(3).meter(drawing(OptionalDouble.of(900)));

    assertThat(back.chassis().get(0).energyConsumedJoules()).hasValue(600);
  }

  @Test
  void meter_longInterval_stillCounts() {
    ledger = started(60);
    ledger.meter(drawing(OptionalDouble.of(100)));
    var second = after(60).meter(drawing(OptionalDouble.of(100)));

    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(6000);
  }

  @Test
  void restore_afterARestart_goesOn() {
    ledger.meter(readings(OptionalDouble.of(5_000_000), OptionalDouble.of(10)));
    after(3).meter(readings(OptionalDouble.of(5_001_000), OptionalDouble.of(610)));
    var kept = ledger.totals();

    // The new process has another zero of its clock, and so has its counter of the CPUs.
    wallMillis += SECONDS.toMillis(100);
    nanos = -SECONDS.toNanos(5_000);
    ledger = started(3);
    ledger.restore(kept);
    var first = ledger.meter(readings(OptionalDouble.of(5_021_000), OptionalDouble.of(0)));
    var second = after(3).meter(readings(OptionalDouble.of(5_022_000), OptionalDouble.of(600)));

    assertThat(first.gpus().get(0).energyConsumedJoules()).hasValue(21_000);
    assertThat(first.cpus().get(0).energyConsumedJoules()).hasValue(600);
    assertThat(first.chassis().get(0).energyConsumedJoules()).hasValue(1237.011);
    assertThat(second.gpus().get(0).energyConsumedJoules()).hasValue(22_000);
    assertThat(second.cpus().get(0).energyConsumedJoules()).hasValue(1200);
    assertThat(second.chassis().get(0).energyConsumedJoules()).hasValue(2 * 1237.011);
  }

  @Test
  void restore_clockWasSetBack_losesTheTimeAwayAndNothingElse() {
    ledger.meter(readings(OptionalDouble.of(5_000_000), NONE));
    after(3).meter(readings(OptionalDouble.of(5_001_000), NONE));
    var kept = ledger.totals();
    wallMillis -= SECONDS.toMillis(86_400);
    ledger = started(3);
    ledger.restore(kept);

    var first = after(1).meter(readings(OptionalDouble.of(9_000_000), NONE));
    after(3).meter(readings(OptionalDouble.of(9_001_000), NONE));
    var third = after(3).meter(readings(OptionalDouble.of(9_002_000), NONE));

    assertThat(first.gpus().get(0).energyConsumedJoules()).hasValue(1_000);
    assertThat(third.gpus().get(0).energyConsumedJoules())
        .hasValue(Math.rint(1000 * (1_000 + 3 * GPU_WATTS + 1_000)) / 1000);
  }

  @Test
  void totals_subjectThatIsGone_staysWithItsTime() {
    ledger.meter(drawing(OptionalDouble.of(100)));
    after(3).meter(drawing(OptionalDouble.of(100)));
    long readAt = wallMillis;
    after(600).meter(Readings.EMPTY);

    assertThat(ledger.totals())
        .containsExactly(new EnergyTotal(EnergySubject.CHASSIS, 300, NONE, readAt));
  }

  @Test
  void totals_nothingMeasured_isNothing() {
    ledger.meter(SAMPLE);

    assertThat(ledger.totals()).isEmpty();
  }

  private EnergyLedger started(long intervalSeconds) {
    return new EnergyLedger(
        Duration.ofSeconds(intervalSeconds), () -> nanos, () -> Instant.ofEpochMilli(wallMillis));
  }

  private EnergyLedger after(long seconds) {
    nanos += SECONDS.toNanos(seconds);
    wallMillis += MILLISECONDS.convert(seconds, SECONDS);
    return ledger;
  }

  private static Readings readings(OptionalDouble gpuJoules, OptionalDouble cpuJoules) {
    return new Readings(
        List.of(SAMPLE.gpus().get(0).withEnergyConsumedJoules(gpuJoules)),
        List.of(SAMPLE.cpus().get(0).withEnergyConsumedJoules(cpuJoules)),
        SAMPLE.memory(),
        SAMPLE.chassis(),
        SAMPLE.processes(),
        SAMPLE.storage());
  }

  /** A host of which only the power of the chassis is known. */
  private static Readings drawing(OptionalDouble watts) {
    return new Readings(
        List.of(),
        List.of(),
        List.of(),
        List.of(SAMPLE.chassis().get(0).withTotalPowerWatts(watts)),
        List.of(),
        List.of());
  }
}
