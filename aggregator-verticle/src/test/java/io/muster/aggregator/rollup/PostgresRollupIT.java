package io.muster.aggregator.rollup;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresRollupIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));
  private static final Instant TOMORROW = MIDNIGHT.plus(ofDays(1));
  private static final LocalDate TODAY = LocalDate.ofInstant(NOON, ZoneOffset.UTC);

  private RollupFixture fixture;

  @BeforeEach
  void open() {
    fixture = new RollupFixture(postgres.database());
  }

  @Test
  void rollUp_heartbeatsOfToday_areTheDay() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON.minus(ofHours(3)), NOON.minus(ofMinutes(30)), NOON.minusSeconds(1));
    var result = fixture.rollUp();

    assertThat(result).isEqualTo(new RollupResult(1, 1, Optional.empty()));
    assertThat(fixture.dayRows(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 3");
    assertThat(fixture.state(client, "uptime_days, slots_today, slots_before, uptime_y"))
        .isEqualTo("[1, 3, 0, null]");
  }

  @Test
  void rollUp_repeated_changesNothing() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON.minus(ofDays(1)), NOON.minusSeconds(1));
    fixture.rollUp();
    var before = fixture.dayRows(client);
    var state = fixture.state(client, "t.*");

    assertThat(fixture.rollUp()).isEqualTo(new RollupResult(1, 0, Optional.empty()));
    assertThat(fixture.dayRows(client)).isEqualTo(before);
    assertThat(fixture.state(client, "t.*")).isEqualTo(state);
  }

  @Test
  void rollUp_afterMidnight_startsANewDay() {
    var client = fixture.history.insertClient();
    fixture.now = TOMORROW.minusSeconds(1);
    fixture.store(client, NOON, fixture.now);
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[1, 0, 1]");

    fixture.now = TOMORROW.plusSeconds(5);
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[0, 2, 1]");
    assertThat(fixture.dayRows(client)).hasSize(1);

    fixture.store(client, fixture.now);
    fixture.now = TOMORROW.plus(ofMinutes(2));
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[1, 2, 2]");
    assertThat(fixture.dayRows(client)).hasSize(2);
  }

  @Test
  void rollUp_lateHeartbeatsAfterMidnight_belongToTheirDay() {
    var client = fixture.history.insertClient();
    fixture.now = TOMORROW.minusSeconds(20);
    fixture.store(client, fixture.now);
    fixture.rollUp();
    fixture.now = TOMORROW.plusSeconds(5);
    fixture.store(client, TOMORROW.minusSeconds(1));
    fixture.store(client, TOMORROW.minusMillis(1), TOMORROW);
    fixture.rollUp();

    assertThat(fixture.dayRows(client))
        .containsExactly(
            TODAY + ", 3, 30, 60, 90, 21, 27, 1", TODAY.plusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(fixture.state(client, "slots_before, uptime_days")).isEqualTo("[1, 2]");
    assertThat(fixture.staleDays()).isEmpty();
  }

  @Test
  void rollUp_commitAfterMidnightRollup_isInTheNextOne() {
    var client = fixture.history.insertClient();
    var before = TOMORROW.minusSeconds(1);
    fixture.store(client, NOON);
    fixture.now = TOMORROW.plusSeconds(1);
    fixture.rollUp();
    fixture.store(
        client,
        before,
        List.of(StoredHeartbeat.of(before))); // By the clock of its aggregator it was today.
    assertThat(fixture.staleDays()).isEmpty();
    fixture.now = TOMORROW.plusSeconds(11);
    fixture.rollUp();

    assertThat(fixture.dayRows(client)).containsExactly(TODAY + ", 2, 20, 40, 60, 14, 18, 2");
    assertThat(fixture.state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void rollUp_daysWithoutARollup_areCaughtUp() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON, List.of(StoredHeartbeat.of(NOON)));
    fixture.rollUp();
    for (var day = 1; day <= 3; day++) {
      var at = NOON.plus(ofDays(day));
      fixture.store(client, at, List.of(StoredHeartbeat.of(at)));
    }
    fixture.now = NOON.plus(ofDays(3)).plusSeconds(1);
    fixture.rollUp();

    assertThat(fixture.dayRows(client)).hasSize(4);
    assertThat(fixture.state(client, "uptime_days, slots_before")).isEqualTo("[4, 3]");
  }

  @Test
  void rollUp_lateHeartbeatsOfPastDays_changesThoseDays() {
    var client = fixture.history.insertClient();
    fixture.store(client, MIDNIGHT.minusSeconds(1), NOON.minusSeconds(1));
    fixture.rollUp();
    assertThat(fixture.state(client, "uptime_days, slots_before")).isEqualTo("[2, 1]");

    var weekAgo = NOON.minus(ofDays(7));
    fixture.store(client, weekAgo, weekAgo.plusSeconds(10), MIDNIGHT.minus(ofMinutes(10)));
    var result = fixture.rollUp();

    assertThat(result.days()).isEqualTo(2);
    assertThat(result.oldestStaleDay()).contains(TODAY.minusDays(7));
    assertThat(fixture.dayRows(client))
        .containsExactly(
            TODAY.minusDays(7) + ", 2, 20, 40, 60, 14, 18, 1",
            TODAY.minusDays(1) + ", 2, 20, 40, 60, 14, 18, 2",
            TODAY + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(fixture.state(client, "uptime_days, slots_before")).isEqualTo("[3, 3]");
    assertThat(fixture.staleDays()).isEmpty();
    assertThat(fixture.rollUp().oldestStaleDay()).isEmpty();
  }

  @Test
  void rollUp_lateHeartbeatsOfTodayOfASilentClient_areIncluded() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    fixture.now = NOON.plus(ofHours(1));
    fixture.rollUp();
    fixture.store(
        client, NOON.minus(ofHours(1)), NOON.minus(ofHours(2))); // Does not change the state.
    assertThat(fixture.rollUp()).isEqualTo(new RollupResult(1, 1, Optional.empty()));

    assertThat(fixture.dayRows(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 3");
    assertThat(fixture.state(client, "slots_today")).isEqualTo("[3]");
    assertThat(fixture.rollUp()).isEqualTo(new RollupResult(0, 0, Optional.empty()));
  }

  @Test
  void rollUp_lateHeartbeatOfASilentClient_isIncluded() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    fixture.rollUp();
    fixture.now = TOMORROW.plus(ofHours(5));
    fixture.rollUp();
    fixture.store(client, fixture.now, List.of(StoredHeartbeat.of(NOON.plus(ofMinutes(2)))));
    fixture.rollUp();

    assertThat(fixture.state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void rollUp_runningOnAnotherNode_isSkipped() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    var meanwhile =
        postgres
            .database()
            .withTransaction(
                sql ->
                    AdvisoryLock.ROLLUPS
                        .acquire(sql)
                        .compose(locked -> fixture.rollup.rollUpIfDue(Duration.ZERO)));

    assertThat(await(meanwhile)).isEmpty();
    assertThat(fixture.dayRows(client)).isEmpty();
    assertThat(fixture.rollUp().clients()).isEqualTo(1);
  }

  @Test
  void rollUpIfDue_recentRollupOfAnotherNode_isSkipped() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    fixture.rollUp();
    fixture.now = NOON.plusSeconds(9);

    assertThat(await(fixture.rollup.rollUpIfDue(ofSeconds(10)))).isEmpty();
    fixture.now = NOON.plusSeconds(10);
    assertThat(await(fixture.rollup.rollUpIfDue(ofSeconds(10)))).isPresent();
    fixture.now = NOON.minus(ofHours(1)); // The clock was set back.
    assertThat(await(fixture.rollup.rollUpIfDue(ofSeconds(10)))).isPresent();
    assertThat(fixture.state(client, "folded_at"))
        .isEqualTo("[" + fixture.now.atOffset(ZoneOffset.UTC) + "]");
  }

  @Test
  void rollUp_failure_changesNothingAndSucceedsLater() {
    var bad = fixture.history.insertClient();
    var good = fixture.history.insertClient();
    fixture.store(good, NOON.minus(ofDays(1)), NOON);
    fixture.history.insertHours(bad, MIDNIGHT, 24, -1); // More slots than a day has.
    fixture.store(bad, NOON);

    assertThatThrownBy(fixture::rollUp).hasMessageContaining("client_day_slots_check");
    assertThat(fixture.dayRows(good)).isEmpty();
    assertThat(fixture.staleDays()).hasSize(1);
    assertThat(fixture.state(good, "uptime_days, folded_at > '-infinity'")).isEqualTo("[0, false]");

    fixture.history.query("UPDATE client_hour SET slot_mask = 1 WHERE slot_mask = -1");
    fixture.rollUp();
    assertThat(fixture.dayRows(good)).hasSize(2);
    assertThat(fixture.staleDays()).isEmpty();
  }

  @Test
  void rollUp_staleDayChangedMeanwhile_staysStale() {
    var client = fixture.history.insertClient();
    var yesterday = MIDNIGHT.minusSeconds(1);
    fixture.store(client, yesterday);
    var meanwhile =
        postgres
            .database()
            .withTransaction(
                sql ->
                    sql.query(
                            """
                            WITH more AS (UPDATE client_hour SET n = n + 1)
                            UPDATE client_day_stale SET day = day\
                            """)
                        .execute()
                        .compose(changed -> fixture.rollup.rollUpIfDue(Duration.ZERO)));
    await(meanwhile);
    assertThat(fixture.dayRows(client))
        .containsExactly(TODAY.minusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(fixture.staleDays()).hasSize(1);

    fixture.rollUp();
    assertThat(fixture.dayRows(client))
        .containsExactly(TODAY.minusDays(1) + ", 2, 10, 20, 30, 7, 9, 1");
    assertThat(fixture.staleDays()).isEmpty();
  }

  @Test
  void rollUp_todayIsStale_isHandled() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    fixture.history.query("INSERT INTO client_day_stale SELECT client_ref, $1 FROM client", TODAY);
    fixture.rollUp();

    assertThat(fixture.dayRows(client)).hasSize(1);
    assertThat(fixture.state(client, "uptime_days")).isEqualTo("[1]");
    assertThat(fixture.staleDays()).isEmpty();
  }
}
