package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FoldIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));
  private static final Instant TOMORROW = MIDNIGHT.plus(ofDays(1));
  private static final LocalDate TODAY = LocalDate.ofInstant(NOON, ZoneOffset.UTC);

  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(postgres.database());
  }

  @Test
  void fold_heartbeatsOfToday_areTheDay() {
    var client = stage.history.client();
    stage.tell(client, NOON.minus(ofHours(3)), NOON.minus(ofMinutes(30)), NOON.minusSeconds(1));
    var folded = stage.fold();

    assertThat(folded).isEqualTo(new Folded(1, 1, Optional.empty()));
    assertThat(stage.days(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 3");
    assertThat(stage.state(client, "uptime_days, slots_today, slots_before, uptime_y"))
        .isEqualTo("[1, 3, 0, null]");
  }

  @Test
  void fold_again_changesNothing() {
    var client = stage.history.client();
    stage.tell(client, NOON.minus(ofDays(1)), NOON.minusSeconds(1));
    stage.fold();
    var before = stage.days(client);
    var state = stage.state(client, "t.*");

    assertThat(stage.fold()).isEqualTo(new Folded(1, 0, Optional.empty()));
    assertThat(stage.days(client)).isEqualTo(before);
    assertThat(stage.state(client, "t.*")).isEqualTo(state);
  }

  @Test
  void midnight_theDayIsTurned() {
    var client = stage.history.client();
    stage.now = TOMORROW.minusSeconds(1);
    stage.tell(client, NOON, stage.now);
    stage.fold();
    assertThat(stage.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[1, 0, 1]");

    stage.now = TOMORROW.plusSeconds(5);
    stage.fold();
    assertThat(stage.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[0, 2, 1]");
    assertThat(stage.days(client)).hasSize(1);

    stage.tell(client, stage.now);
    stage.now = TOMORROW.plus(ofMinutes(2));
    stage.fold();
    assertThat(stage.state(client, "slots_today, slots_before, uptime_days"))
        .isEqualTo("[1, 2, 2]");
    assertThat(stage.days(client)).hasSize(2);
  }

  @Test
  void midnight_heartbeatsThatArriveLate_areOfTheirDay() {
    var client = stage.history.client();
    stage.now = TOMORROW.minusSeconds(20);
    stage.tell(client, stage.now);
    stage.fold();
    stage.now = TOMORROW.plusSeconds(5);
    stage.tell(client, TOMORROW.minusSeconds(1));
    stage.tell(client, TOMORROW.minusMillis(1), TOMORROW);
    stage.fold();

    assertThat(stage.days(client))
        .containsExactly(
            TODAY + ", 3, 30, 60, 90, 21, 27, 1", TODAY.plusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(stage.state(client, "slots_before, uptime_days")).isEqualTo("[1, 2]");
    assertThat(stage.stale()).isEmpty();
  }

  @Test
  void midnight_transactionThatCommitsBehindTheFold_isFoldedAfterwards() {
    var client = stage.history.client();
    var before = TOMORROW.minusSeconds(1);
    stage.tell(client, NOON);
    stage.now = TOMORROW.plusSeconds(1);
    stage.fold();
    stage.tell(client, before, List.of(Told.at(before))); // Its clock said that it was today.
    assertThat(stage.stale()).isEmpty();
    stage.now = TOMORROW.plusSeconds(11);
    stage.fold();

    assertThat(stage.days(client)).containsExactly(TODAY + ", 2, 20, 40, 60, 14, 18, 2");
    assertThat(stage.state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void fold_daysWithoutAFold_areMadeUpFor() {
    var client = stage.history.client();
    stage.tell(client, NOON, List.of(Told.at(NOON)));
    stage.fold();
    for (var day = 1; day <= 3; day++) {
      var at = NOON.plus(ofDays(day));
      stage.tell(client, at, List.of(Told.at(at)));
    }
    stage.now = NOON.plus(ofDays(3)).plusSeconds(1);
    stage.fold();

    assertThat(stage.days(client)).hasSize(4);
    assertThat(stage.state(client, "uptime_days, slots_before")).isEqualTo("[4, 3]");
  }

  @Test
  void lateData_intoYesterdayAndAWeekAgo_changesThoseDays() {
    var client = stage.history.client();
    stage.tell(client, MIDNIGHT.minusSeconds(1), NOON.minusSeconds(1));
    stage.fold();
    assertThat(stage.state(client, "uptime_days, slots_before")).isEqualTo("[2, 1]");

    var weekAgo = NOON.minus(ofDays(7));
    stage.tell(client, weekAgo, weekAgo.plusSeconds(10), MIDNIGHT.minus(ofMinutes(10)));
    var folded = stage.fold();

    assertThat(folded.days()).isEqualTo(2);
    assertThat(folded.oldestStale()).contains(TODAY.minusDays(7));
    assertThat(stage.days(client))
        .containsExactly(
            TODAY.minusDays(7) + ", 2, 20, 40, 60, 14, 18, 1",
            TODAY.minusDays(1) + ", 2, 20, 40, 60, 14, 18, 2",
            TODAY + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(stage.state(client, "uptime_days, slots_before")).isEqualTo("[3, 3]");
    assertThat(stage.stale()).isEmpty();
    assertThat(stage.fold().oldestStale()).isEmpty();
  }

  @Test
  void lateData_intoTodayOfASilentClient_isFolded() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    stage.now = NOON.plus(ofHours(1));
    stage.fold();
    stage.tell(client, NOON.minus(ofHours(1)), NOON.minus(ofHours(2))); // Moves no state.
    assertThat(stage.fold()).isEqualTo(new Folded(1, 1, Optional.empty()));

    assertThat(stage.days(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 3");
    assertThat(stage.state(client, "slots_today")).isEqualTo("[3]");
    assertThat(stage.fold()).isEqualTo(new Folded(0, 0, Optional.empty()));
  }

  @Test
  void lateData_ofASilentClient_isFolded() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    stage.fold();
    stage.now = TOMORROW.plus(ofHours(5));
    stage.fold();
    stage.tell(client, stage.now, List.of(Told.at(NOON.plus(ofMinutes(2)))));
    stage.fold();

    assertThat(stage.state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void fold_isUnderWayElsewhere_isLeftToThem() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    var meanwhile =
        postgres
            .database()
            .withTransaction(
                sql -> AdvisoryLock.ROLLUPS.acquire(sql).compose(locked -> stage.fold.fold()));

    assertThat(await(meanwhile)).isEmpty();
    assertThat(stage.days(client)).isEmpty();
    assertThat(stage.fold().clients()).isEqualTo(1);
  }

  @Test
  void foldAfter_anotherNodeFoldedAMomentAgo_isLeftOut() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    stage.fold();
    stage.now = NOON.plusSeconds(9);

    assertThat(await(stage.fold.foldAfter(ofSeconds(10)))).isEmpty();
    stage.now = NOON.plusSeconds(10);
    assertThat(await(stage.fold.foldAfter(ofSeconds(10)))).isPresent();
    stage.now = NOON.minus(ofHours(1)); // The clock was set back.
    assertThat(await(stage.fold.foldAfter(ofSeconds(10)))).isPresent();
    assertThat(stage.state(client, "folded_at"))
        .isEqualTo("[" + stage.now.atOffset(ZoneOffset.UTC) + "]");
  }

  @Test
  void fold_fails_changesNothingAndSucceedsLater() {
    var bad = stage.history.client();
    var good = stage.history.client();
    stage.tell(good, NOON.minus(ofDays(1)), NOON);
    stage.history.hours(bad, MIDNIGHT, 24, -1); // More slots than a day has.
    stage.tell(bad, NOON);

    assertThatThrownBy(stage::fold).hasMessageContaining("client_day_slots_check");
    assertThat(stage.days(good)).isEmpty();
    assertThat(stage.stale()).hasSize(1);
    assertThat(stage.state(good, "uptime_days, folded_at > '-infinity'")).isEqualTo("[0, false]");

    stage.history.rows("UPDATE client_hour SET slot_mask = 1 WHERE slot_mask = -1");
    stage.fold();
    assertThat(stage.days(good)).hasSize(2);
    assertThat(stage.stale()).isEmpty();
  }

  @Test
  void stale_dayThatIsChangedWhileItIsFolded_staysOnTheList() {
    var client = stage.history.client();
    var yesterday = MIDNIGHT.minusSeconds(1);
    stage.tell(client, yesterday);
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
                        .compose(changed -> stage.fold.fold()));
    await(meanwhile);
    assertThat(stage.days(client)).containsExactly(TODAY.minusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(stage.stale()).hasSize(1);

    stage.fold();
    assertThat(stage.days(client)).containsExactly(TODAY.minusDays(1) + ", 2, 10, 20, 30, 7, 9, 1");
    assertThat(stage.stale()).isEmpty();
  }

  @Test
  void stale_today_isNoHarm() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    stage.history.rows("INSERT INTO client_day_stale SELECT client_ref, $1 FROM client", TODAY);
    stage.fold();

    assertThat(stage.days(client)).hasSize(1);
    assertThat(stage.state(client, "uptime_days")).isEqualTo("[1]");
    assertThat(stage.stale()).isEmpty();
  }
}
