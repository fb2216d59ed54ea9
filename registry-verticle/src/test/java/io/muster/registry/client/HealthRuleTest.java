package io.muster.registry.client;

import static io.muster.registry.client.DeclaredStatus.ERROR;
import static io.muster.registry.client.DeclaredStatus.MAINTENANCE;
import static io.muster.registry.client.DeclaredStatus.ONLINE;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthRuleTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration SLOT = ofMinutes(2);

  @Test
  void score_examplesOfTheContract_areTheirNumbers() {
    // 994 of 1000 slots: 99.4 percent.
    assertThat(full(heard(994, 1000, ONLINE), NOON)).isEqualTo(99);
    assertThat(full(silent(994, 1000, ofHours(3)), NOON)).isEqualTo(69);
    assertThat(full(warned(994, 1000, Warning.GPU_HOT), NOON)).isEqualTo(89);
    assertThat(full(warned(994, 1000, Warning.GPU_HOT, Warning.GPU_CRITICAL), NOON)).isEqualTo(79);
  }

  @Test
  void score_silence_lowersItInSteps() {
    assertThat(full(silent(100, 100, ofMinutes(2)), NOON)).isEqualTo(100);
    assertThat(full(silent(100, 100, ofMinutes(2).plusMillis(1)), NOON)).isEqualTo(90);
    assertThat(full(silent(100, 100, ofHours(1).minusMillis(1)), NOON)).isEqualTo(90);
    assertThat(full(silent(100, 100, ofHours(1)), NOON)).isEqualTo(70);
    assertThat(full(silent(100, 100, ofHours(24).minusMillis(1)), NOON)).isEqualTo(70);
    assertThat(full(silent(100, 100, ofHours(24)), NOON)).isEqualTo(50);
  }

  @Test
  void score_wholeProducts_areNotRoundedDown() {
    assertThat(full(silent(90, 100, ofHours(3)), NOON)).isEqualTo(63);
    assertThat(full(silent(70, 100, ofMinutes(30)), NOON)).isEqualTo(63);
    assertThat(full(heard(29, 100, ONLINE), NOON)).isEqualTo(29);
  }

  @Test
  void score_warnings_areTakenOffUpToForty() {
    assertThat(full(heard(100, 100, ERROR), NOON)).isEqualTo(80);
    assertThat(full(warned(100, 100, Warning.DISK_FULL), NOON)).isEqualTo(95);
    assertThat(full(warned(100, 100, Warning.GPU_LOST, Warning.MEMORY_FULL), NOON)).isEqualTo(75);
    assertThat(full(warned(100, 100, Warning.values()), NOON)).isEqualTo(60);
    assertThat(full(heard(10, 100, ERROR), NOON)).isZero();
  }

  /** They are not stored, and this rule does not look for them. */
  @Test
  void penalty_ofWhatIsToldAtARequest_isThatOfADeclaredErrorAlone() {
    assertThat(Warning.penalty(Warning.LOST_CONTACT.bit() | Warning.LOW_UPTIME.bit())).isZero();
  }

  @Test
  void score_maintenance_isBlamedForSlotsOnly() {
    var standing = standing(MAINTENANCE, mask(Warning.values()), 50, 100, ofDays(3));
    assertThat(full(standing, NOON)).isEqualTo(50);
  }

  @Test
  void score_availability_isThatAlone() {
    assertThat(HealthRule.AVAILABILITY.score(silent(994, 1000, ofDays(3)), NOON)).isEqualTo(99);
    assertThat(HealthRule.AVAILABILITY.score(warned(29, 100, Warning.values()), NOON))
        .isEqualTo(29);
    assertThat(HealthRule.AVAILABILITY.score(heard(100, 100, ERROR), NOON)).isEqualTo(100);
  }

  @Test
  void score_neverFolded_hasMissedNothing() {
    var standing = new Standing(ONLINE, 0, NOON.minus(ofDays(3)), NOON, NOON, Optional.empty(), 0);

    assertThat(full(standing, NOON)).isEqualTo(100);
    assertThat(full(standing, NOON.plus(ofHours(2)))).isEqualTo(70);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON)).isEqualTo(100);
  }

  @Test
  void score_heardOnlyInTheSlotThatIsNotOver_hasMissedNothing() {
    var first = NOON.plusSeconds(5);
    var folded = NOON.plusSeconds(60);
    var standing = new Standing(ONLINE, 0, first, first, first, Optional.of(folded), 0);

    assertThat(full(standing, NOON.plusSeconds(119))).isEqualTo(100);
  }

  @Test
  void score_slotThatWasNotOverAtTheFold_countsWhenItIs() {
    // Heard in the slots of 12:00 and 12:02, silent from then on; folded before 12:02 was over.
    var last = NOON.plusSeconds(121);
    var folded = Optional.of(NOON.plusSeconds(130));
    var standing = new Standing(ONLINE, 0, NOON, last, last, folded, 1);

    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(239))).isEqualTo(100);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(240))).isEqualTo(100);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(359))).isEqualTo(100);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(360))).isEqualTo(66);
  }

  @Test
  void score_heardSinceTheFold_isJudgedByThatTime() {
    // Folded an hour ago: what came after that is not counted, and not missed either.
    var folded = NOON.minus(ofHours(1));
    var first = folded.minus(SLOT.multipliedBy(10));
    var standing = new Standing(ONLINE, 0, first, NOON, NOON, Optional.of(folded), 9);

    assertThat(full(standing, NOON)).isEqualTo(90);
  }

  @Test
  void score_silentSinceTheFold_isJudgedByNow() {
    var folded = NOON.minus(SLOT.multipliedBy(10));
    var first = folded.minus(SLOT.multipliedBy(10));
    var seen = folded.minusSeconds(150);
    var standing = new Standing(ONLINE, 0, first, seen, seen, Optional.of(folded), 10);

    assertThat(HealthRule.AVAILABILITY.score(standing, NOON)).isEqualTo(50);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(119))).isEqualTo(50);
    assertThat(HealthRule.AVAILABILITY.score(standing, NOON.plusSeconds(120))).isEqualTo(47);
  }

  @Test
  void score_moreThanThirtyDays_countsThirtyWithTheDayOfTheFold() {
    var slots = 29 * 720 + 360;
    assertThat(full(since(NOON.minus(ofDays(400)), slots), NOON)).isEqualTo(100);
    assertThat(full(since(NOON.minus(ofDays(400)), slots / 2), NOON)).isEqualTo(50);
    // A first heartbeat within the 30 days: what was before it is not expected.
    assertThat(full(since(NOON.minus(ofDays(10)), slots / 2), NOON)).isEqualTo(100);
  }

  @Test
  void score_clockSetBack_isStillHeard() {
    var ahead = NOON.plus(ofSeconds(50));
    var standing =
        new Standing(ONLINE, 0, NOON.minus(ofMinutes(10)), ahead, ahead, Optional.of(NOON), 5);
    assertThat(full(standing, NOON)).isEqualTo(100);
  }

  @Test
  void score_moreSlotsThanExpected_isNotMoreThanAll() {
    assertThat(full(heard(120, 100, ONLINE), NOON)).isEqualTo(100);
  }

  @Test
  void of_name_isThatOfTheSettings() {
    assertThat(HealthRule.of("full")).contains(HealthRule.FULL);
    assertThat(HealthRule.of("availability")).contains(HealthRule.AVAILABILITY);
    assertThat(HealthRule.of("FULL")).isEmpty();
  }

  private static int full(Standing standing, Instant now) {
    return HealthRule.FULL.score(standing, now);
  }

  private static Standing heard(int slots, int expected, DeclaredStatus status) {
    return standing(status, 0, slots, expected, Duration.ZERO);
  }

  private static Standing silent(int slots, int expected, Duration silence) {
    return standing(ONLINE, 0, slots, expected, silence);
  }

  private static Standing warned(int slots, int expected, Warning... warnings) {
    return standing(ONLINE, mask(warnings), slots, expected, Duration.ZERO);
  }

  /** Folded at noon, with so many slots expected. */
  private static Standing standing(
      DeclaredStatus status, int warnings, int slots, int expected, Duration silence) {
    var first = NOON.minus(SLOT.multipliedBy(expected));
    var seen = NOON.minus(silence);
    return new Standing(status, warnings, first, first, seen, Optional.of(NOON), slots);
  }

  private static Standing since(Instant first, int slots) {
    return new Standing(ONLINE, 0, first, NOON, NOON, Optional.of(NOON), slots);
  }

  private static int mask(Warning... warnings) {
    return Arrays.stream(warnings).mapToInt(Warning::bit).reduce(0, (one, other) -> one | other);
  }
}
