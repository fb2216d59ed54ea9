package io.muster.registry.client;

import static io.muster.registry.RegistryTables.await;
import static io.muster.registry.client.DeclaredStatus.ERROR;
import static io.muster.registry.client.DeclaredStatus.MAINTENANCE;
import static io.muster.registry.client.DeclaredStatus.ONLINE;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.Warning;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of the health of a client at an instant, which PostgreSQL computes. */
class HealthFormulaIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration SLOT = ofMinutes(2);

  @Test
  void score_documentedExamples_matchTheirNumbers() {
    // 994 of 1000 slots: 99.4 percent.
    assertThat(fullScore(reportingInput(994, 1000, ONLINE), NOON)).isEqualTo(99);
    assertThat(fullScore(silentInput(994, 1000, ofHours(3)), NOON)).isEqualTo(69);
    assertThat(fullScore(warningInput(994, 1000, Warning.GPU_HOT), NOON)).isEqualTo(89);
    assertThat(fullScore(warningInput(994, 1000, Warning.GPU_HOT, Warning.GPU_CRITICAL), NOON))
        .isEqualTo(79);
  }

  @Test
  void score_silence_lowersItInSteps() {
    assertThat(fullScore(silentInput(100, 100, ofMinutes(2)), NOON)).isEqualTo(100);
    assertThat(fullScore(silentInput(100, 100, ofMinutes(2).plusMillis(1)), NOON)).isEqualTo(90);
    assertThat(fullScore(silentInput(100, 100, ofHours(1).minusMillis(1)), NOON)).isEqualTo(90);
    assertThat(fullScore(silentInput(100, 100, ofHours(1)), NOON)).isEqualTo(70);
    assertThat(fullScore(silentInput(100, 100, ofHours(24).minusMillis(1)), NOON)).isEqualTo(70);
    assertThat(fullScore(silentInput(100, 100, ofHours(24)), NOON)).isEqualTo(50);
  }

  @Test
  void score_wholeProducts_areNotRoundedDown() {
    assertThat(fullScore(silentInput(90, 100, ofHours(3)), NOON)).isEqualTo(63);
    assertThat(fullScore(silentInput(70, 100, ofMinutes(30)), NOON)).isEqualTo(63);
    assertThat(fullScore(reportingInput(29, 100, ONLINE), NOON)).isEqualTo(29);
  }

  @Test
  void score_warnings_subtractAtMostForty() {
    assertThat(fullScore(reportingInput(100, 100, ERROR), NOON)).isEqualTo(80);
    assertThat(fullScore(warningInput(100, 100, Warning.DISK_FULL), NOON)).isEqualTo(95);
    assertThat(fullScore(warningInput(100, 100, Warning.GPU_LOST, Warning.MEMORY_FULL), NOON))
        .isEqualTo(75);
    assertThat(fullScore(warningInput(100, 100, Warning.values()), NOON)).isEqualTo(60);
    assertThat(fullScore(reportingInput(10, 100, ERROR), NOON)).isZero();
  }

  @Test
  void score_maintenance_dependsOnUptimeOnly() {
    var input = input(MAINTENANCE, mask(Warning.values()), 50, 100, ofDays(3));
    assertThat(fullScore(input, NOON)).isEqualTo(50);
  }

  @Test
  void score_availability_ignoresWarningsAndSilence() {
    assertThat(availabilityScore(silentInput(994, 1000, ofDays(3)), NOON)).isEqualTo(99);
    assertThat(availabilityScore(warningInput(29, 100, Warning.values()), NOON)).isEqualTo(29);
    assertThat(availabilityScore(reportingInput(100, 100, ERROR), NOON)).isEqualTo(100);
  }

  @Test
  void score_neverRolledUp_assumesFullUptime() {
    var input = new HealthInput(ONLINE, 0, NOON.minus(ofDays(3)), NOON, NOON, Optional.empty(), 0);

    assertThat(fullScore(input, NOON)).isEqualTo(100);
    assertThat(fullScore(input, NOON.plus(ofHours(2)))).isEqualTo(70);
    assertThat(availabilityScore(input, NOON)).isEqualTo(100);
  }

  @Test
  void score_heartbeatOnlyInCurrentSlot_assumesFullUptime() {
    var firstHeartbeatAt = NOON.plusSeconds(5);
    var rolledUpAt = NOON.plusSeconds(60);
    var input =
        new HealthInput(
            ONLINE,
            0,
            firstHeartbeatAt,
            firstHeartbeatAt,
            firstHeartbeatAt,
            Optional.of(rolledUpAt),
            0);

    assertThat(fullScore(input, NOON.plusSeconds(119))).isEqualTo(100);
  }

  @Test
  void score_slotOpenAtRollup_countsOnceItHasEnded() {
    // Reported in the slots of 12:00 and 12:02, silent since; rolled up before that of 12:02 ended.
    var lastHeartbeatAt = NOON.plusSeconds(121);
    var rolledUpAt = Optional.of(NOON.plusSeconds(130));
    var input = new HealthInput(ONLINE, 0, NOON, lastHeartbeatAt, lastHeartbeatAt, rolledUpAt, 1);

    assertThat(availabilityScore(input, NOON.plusSeconds(239))).isEqualTo(100);
    assertThat(availabilityScore(input, NOON.plusSeconds(240))).isEqualTo(100);
    assertThat(availabilityScore(input, NOON.plusSeconds(359))).isEqualTo(100);
    assertThat(availabilityScore(input, NOON.plusSeconds(360))).isEqualTo(66);
  }

  @Test
  void score_heartbeatSinceRollup_isEvaluatedAtRollupTime() {
    // Rolled up an hour ago: later slots are neither counted nor expected.
    var rolledUpAt = NOON.minus(ofHours(1));
    var firstHeartbeatAt = rolledUpAt.minus(SLOT.multipliedBy(10));
    var input =
        new HealthInput(ONLINE, 0, firstHeartbeatAt, NOON, NOON, Optional.of(rolledUpAt), 9);

    assertThat(fullScore(input, NOON)).isEqualTo(90);
  }

  @Test
  void score_silentSinceRollup_isEvaluatedNow() {
    var rolledUpAt = NOON.minus(SLOT.multipliedBy(10));
    var firstHeartbeatAt = rolledUpAt.minus(SLOT.multipliedBy(10));
    var lastSeenAt = rolledUpAt.minusSeconds(150);
    var input =
        new HealthInput(
            ONLINE, 0, firstHeartbeatAt, lastSeenAt, lastSeenAt, Optional.of(rolledUpAt), 10);

    assertThat(availabilityScore(input, NOON)).isEqualTo(50);
    assertThat(availabilityScore(input, NOON.plusSeconds(119))).isEqualTo(50);
    assertThat(availabilityScore(input, NOON.plusSeconds(120))).isEqualTo(47);
  }

  @Test
  void score_moreThanThirtyDays_countsThirtyIncludingTheRollupDay() {
    var reportedSlots = 29 * 720 + 360;
    assertThat(fullScore(inputSince(NOON.minus(ofDays(400)), reportedSlots), NOON)).isEqualTo(100);
    assertThat(fullScore(inputSince(NOON.minus(ofDays(400)), reportedSlots / 2), NOON))
        .isEqualTo(50);
    // A first heartbeat within the 30 days: earlier slots are not expected.
    assertThat(fullScore(inputSince(NOON.minus(ofDays(10)), reportedSlots / 2), NOON))
        .isEqualTo(100);
  }

  @Test
  void score_clockSetBack_isNotSilent() {
    var futureInstant = NOON.plus(ofSeconds(50));
    var input =
        new HealthInput(
            ONLINE,
            0,
            NOON.minus(ofMinutes(10)),
            futureInstant,
            futureInstant,
            Optional.of(NOON),
            5);
    assertThat(fullScore(input, NOON)).isEqualTo(100);
  }

  @Test
  void score_moreSlotsThanExpected_isCappedAtHundred() {
    assertThat(fullScore(reportingInput(120, 100, ONLINE), NOON)).isEqualTo(100);
  }

  private static int fullScore(HealthInput input, Instant now) {
    return score(HealthFormula.FULL, input, now);
  }

  private static int availabilityScore(HealthInput input, Instant now) {
    return score(HealthFormula.AVAILABILITY, input, now);
  }

  private static int score(HealthFormula formula, HealthInput input, Instant now) {
    var statement =
        formula
            .load(HealthFormulaIT.class, "health-of-values.sql")
            .bind("declared_status", input.declaredStatus.name().toLowerCase(Locale.ROOT))
            .bind("warn_mask", input.warningMask)
            .bind("first_ts", input.firstHeartbeatAt.atOffset(UTC))
            .bind("last_ts", input.lastHeartbeatAt.atOffset(UTC))
            .bind("last_seen", input.lastSeenAt.atOffset(UTC))
            .bind("folded_at", input.rolledUpAt.map(at -> at.atOffset(UTC)).orElse(null))
            .bind("slots", input.reportedSlots)
            .bind("now", now.atOffset(UTC));
    return await(postgres.database().withConnection(statement::execute))
        .iterator()
        .next()
        .getInteger(0);
  }

  private static HealthInput reportingInput(
      int reportedSlots, int expectedSlots, DeclaredStatus status) {
    return input(status, 0, reportedSlots, expectedSlots, Duration.ZERO);
  }

  private static HealthInput silentInput(int reportedSlots, int expectedSlots, Duration silence) {
    return input(ONLINE, 0, reportedSlots, expectedSlots, silence);
  }

  private static HealthInput warningInput(
      int reportedSlots, int expectedSlots, Warning... warnings) {
    return input(ONLINE, mask(warnings), reportedSlots, expectedSlots, Duration.ZERO);
  }

  /** An input that was rolled up at noon, with so many slots expected. */
  private static HealthInput input(
      DeclaredStatus status, int warnings, int reportedSlots, int expectedSlots, Duration silence) {
    var firstHeartbeatAt = NOON.minus(SLOT.multipliedBy(expectedSlots));
    var lastSeenAt = NOON.minus(silence);
    return new HealthInput(
        status,
        warnings,
        firstHeartbeatAt,
        firstHeartbeatAt,
        lastSeenAt,
        Optional.of(NOON),
        reportedSlots);
  }

  private static HealthInput inputSince(Instant firstHeartbeatAt, int reportedSlots) {
    return new HealthInput(
        ONLINE, 0, firstHeartbeatAt, NOON, NOON, Optional.of(NOON), reportedSlots);
  }

  private static int mask(Warning... warnings) {
    return Arrays.stream(warnings).mapToInt(Warning::bit).reduce(0, (one, other) -> one | other);
  }

  /** The stored values from which the health of a client is computed. */
  private record HealthInput(
      DeclaredStatus declaredStatus,
      int warningMask,
      Instant firstHeartbeatAt,
      Instant lastHeartbeatAt,
      Instant lastSeenAt,
      Optional<Instant> rolledUpAt,
      int reportedSlots) {}
}
