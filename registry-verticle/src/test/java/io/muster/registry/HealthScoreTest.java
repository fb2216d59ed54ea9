package io.muster.registry;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthScoreTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void of_examplesOfTheContract_areTheirNumbers() {
    // 994 of 1000 slots: 99.4 percent.
    assertThat(score(994, 1000, Duration.ZERO, "online")).isEqualTo(99);
    assertThat(score(994, 1000, ofHours(3), "offline")).isEqualTo(69);
  }

  @Test
  void of_silence_lowersTheScoreInSteps() {
    assertThat(score(100, 100, ofMinutes(2), "online")).isEqualTo(100);
    assertThat(score(100, 100, ofMinutes(2).plusMillis(1), "online")).isEqualTo(90);
    assertThat(score(100, 100, ofHours(1).minusMillis(1), "offline")).isEqualTo(90);
    assertThat(score(100, 100, ofHours(1), "offline")).isEqualTo(70);
    assertThat(score(100, 100, ofHours(24).minusMillis(1), "offline")).isEqualTo(70);
    assertThat(score(100, 100, ofHours(24), "offline")).isEqualTo(50);
  }

  @Test
  void of_wholeProducts_areNotRoundedDown() {
    assertThat(score(90, 100, ofHours(3), "offline")).isEqualTo(63);
    assertThat(score(70, 100, ofMinutes(30), "offline")).isEqualTo(63);
    assertThat(score(29, 100, Duration.ZERO, "online")).isEqualTo(29);
  }

  @Test
  void of_maintenance_isNotBlamedForSilence() {
    assertThat(score(100, 100, ofDays(3), "maintenance")).isEqualTo(100);
  }

  @Test
  void of_declaredError_costsTwentyAndNeverGoesBelowZero() {
    assertThat(score(100, 100, Duration.ZERO, "error")).isEqualTo(80);
    assertThat(score(10, 100, Duration.ZERO, "error")).isZero();
  }

  @Test
  void of_neverHeard_isZero() {
    assertThat(HealthScore.of(0, Optional.empty(), Optional.empty(), "online", NOW)).isZero();
    assertThat(HealthScore.of(0, Optional.empty(), Optional.of(NOW), "online", NOW)).isZero();
  }

  @Test
  void of_heardOnlyInTheSlotThatIsNotOver_hasMissedNothing() {
    var now = NOW.plusSeconds(119);
    assertThat(score(0, NOW, now, "online")).isEqualTo(100);
    assertThat(score(0, NOW.plusSeconds(120), now, "online")).isEqualTo(100);
  }

  @Test
  void of_slots_endWithTheLastThatIsOver() {
    // Heard in the first of two complete slots; the third has just begun.
    assertThat(score(1, NOW, NOW.plusSeconds(240), "online")).isEqualTo(50);
    assertThat(score(1, NOW, NOW.plusSeconds(359), "online")).isEqualTo(50);
    assertThat(score(1, NOW, NOW.plusSeconds(360), "online")).isEqualTo(33);
  }

  @Test
  void of_moreThanThirtyDays_countsThirtyWithToday() {
    var slots = 29 * 720 + 360;
    assertThat(score(slots, NOW.minus(ofDays(400)), NOW, "online")).isEqualTo(100);
    assertThat(score(slots / 2, NOW.minus(ofDays(400)), NOW, "online")).isEqualTo(50);
  }

  private static int score(int slots, int expected, Duration silent, String status) {
    var first = NOW.minus(HealthScore.SLOT.multipliedBy(expected));
    return HealthScore.of(slots, Optional.of(first), Optional.of(NOW.minus(silent)), status, NOW);
  }

  private static int score(int slots, Instant first, Instant now, String status) {
    return HealthScore.of(slots, Optional.of(first), Optional.of(now), status, now);
  }

  @Test
  void of_clockSetBack_isStillHeard() {
    var ahead = Optional.of(NOW.plus(ofSeconds(50)));
    assertThat(HealthScore.of(5, Optional.of(NOW.minus(ofMinutes(10))), ahead, "online", NOW))
        .isEqualTo(100);
  }
}
