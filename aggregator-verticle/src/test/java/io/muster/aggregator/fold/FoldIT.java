package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.History;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.client.ClientId;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FoldIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));
  private static final Instant TOMORROW = MIDNIGHT.plus(ofDays(1));
  private static final LocalDate TODAY = LocalDate.ofInstant(NOON, ZoneOffset.UTC);

  private Instant now = NOON;
  private History history;
  private PostgresFold fold;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    fold = new PostgresFold(postgres.database(), () -> now);
    history.rows("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
  }

  @Test
  void fold_heartbeatsOfToday_areTheDay() {
    var client = history.client();
    tell(client, NOON.minus(ofHours(3)), NOON.minus(ofMinutes(30)), NOON.minusSeconds(1));
    var folded = fold();

    assertThat(folded).isEqualTo(new Folded(1, 1, Optional.empty()));
    assertThat(days(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 3");
    assertThat(state(client, "uptime_days, slots_today, slots_before, uptime_y"))
        .isEqualTo("[1, 3, 0, null]");
  }

  @Test
  void fold_again_changesNothing() {
    var client = history.client();
    tell(client, NOON.minus(ofDays(1)), NOON.minusSeconds(1));
    fold();
    var before = days(client);
    var state = state(client, "t.*");

    assertThat(fold()).isEqualTo(new Folded(1, 0, Optional.empty()));
    assertThat(days(client)).isEqualTo(before);
    assertThat(state(client, "t.*")).isEqualTo(state);
  }

  @Test
  void slotsToday_slotThatIsNotOver_isLeftOut() {
    var client = history.client();
    now = NOON.plusSeconds(10);
    tell(client, NOON.minus(ofMinutes(1)), NOON.plusSeconds(5), NOON.plusSeconds(50));
    fold();
    assertThat(state(client, "slots_today")).isEqualTo("[1]");
    assertThat(days(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 2");

    now = NOON.plusSeconds(120);
    fold(); // The client was silent since; the slot is over all the same.
    assertThat(state(client, "slots_today")).isEqualTo("[2]");
  }

  @Test
  void slotsToday_heartbeatAheadOfAnHour_isLeftOut() {
    var client = history.client();
    now = NOON.minusSeconds(1);
    tell(client, NOON.minusSeconds(200), NOON.plusSeconds(30));
    fold();

    assertThat(state(client, "slots_today")).isEqualTo("[1]");
  }

  @Test
  void midnight_theDayIsTurned() {
    var client = history.client();
    now = TOMORROW.minusSeconds(1);
    tell(client, NOON, now);
    fold();
    assertThat(state(client, "slots_today, slots_before, uptime_days")).isEqualTo("[1, 0, 1]");

    now = TOMORROW.plusSeconds(5);
    fold();
    assertThat(state(client, "slots_today, slots_before, uptime_days")).isEqualTo("[0, 2, 1]");
    assertThat(days(client)).hasSize(1);

    tell(client, now);
    now = TOMORROW.plus(ofMinutes(2));
    fold();
    assertThat(state(client, "slots_today, slots_before, uptime_days")).isEqualTo("[1, 2, 2]");
    assertThat(days(client)).hasSize(2);
  }

  @Test
  void midnight_heartbeatsThatArriveLate_areOfTheirDay() {
    var client = history.client();
    now = TOMORROW.minusSeconds(20);
    tell(client, now);
    fold();
    now = TOMORROW.plusSeconds(5);
    tell(client, TOMORROW.minusSeconds(1));
    tell(client, TOMORROW.minusMillis(1), TOMORROW);
    fold();

    assertThat(days(client))
        .containsExactly(
            TODAY + ", 3, 30, 60, 90, 21, 27, 1", TODAY.plusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(state(client, "slots_before, uptime_days")).isEqualTo("[1, 2]");
    assertThat(stale()).isEmpty();
  }

  @Test
  void midnight_transactionThatCommitsBehindTheFold_isFoldedAfterwards() {
    var client = history.client();
    var before = TOMORROW.minusSeconds(1);
    tell(client, NOON);
    now = TOMORROW.plusSeconds(1);
    fold();
    tell(client, before, List.of(Told.at(before))); // Its clock said that it was today.
    assertThat(stale()).isEmpty();
    now = TOMORROW.plusSeconds(11);
    fold();

    assertThat(days(client)).containsExactly(TODAY + ", 2, 20, 40, 60, 14, 18, 2");
    assertThat(state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void window_ofASilentClient_slides() {
    var client = history.client();
    tell(client, NOON);
    day(client, TODAY.minusDays(28), 100);
    day(client, TODAY.minusDays(29), 200);
    day(client, TODAY.minusDays(30), 400);
    fold();
    assertThat(state(client, "slots_before")).isEqualTo("[300]");

    now = TOMORROW;
    fold();
    assertThat(state(client, "slots_today, slots_before, uptime_y")).isEqualTo("[0, 101, 0]");
    now = TOMORROW.plus(ofDays(1));
    fold();
    assertThat(state(client, "slots_before, uptime_y")).isEqualTo("[1, null]");
    now = TOMORROW.plus(ofDays(29));
    fold();
    assertThat(state(client, "slots_today, slots_before")).isEqualTo("[0, 0]");
  }

  @Test
  void fold_daysWithoutAFold_areMadeUpFor() {
    var client = history.client();
    tell(client, NOON, List.of(Told.at(NOON)));
    fold();
    for (var day = 1; day <= 3; day++) {
      var at = NOON.plus(ofDays(day));
      tell(client, at, List.of(Told.at(at)));
    }
    now = NOON.plus(ofDays(3)).plusSeconds(1);
    fold();

    assertThat(days(client)).hasSize(4);
    assertThat(state(client, "uptime_days, slots_before")).isEqualTo("[4, 3]");
  }

  @Test
  void lateData_intoYesterdayAndAWeekAgo_changesThoseDays() {
    var client = history.client();
    tell(client, MIDNIGHT.minusSeconds(1), NOON.minusSeconds(1));
    fold();
    assertThat(state(client, "uptime_days, slots_before")).isEqualTo("[2, 1]");

    var weekAgo = NOON.minus(ofDays(7));
    tell(client, weekAgo, weekAgo.plusSeconds(10), MIDNIGHT.minus(ofMinutes(10)));
    var folded = fold();

    assertThat(folded.days()).isEqualTo(2);
    assertThat(folded.oldestStale()).contains(TODAY.minusDays(7));
    assertThat(days(client))
        .containsExactly(
            TODAY.minusDays(7) + ", 2, 20, 40, 60, 14, 18, 1",
            TODAY.minusDays(1) + ", 2, 20, 40, 60, 14, 18, 2",
            TODAY + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(state(client, "uptime_days, slots_before")).isEqualTo("[3, 3]");
    assertThat(stale()).isEmpty();
    assertThat(fold().oldestStale()).isEmpty();
  }

  @Test
  void lateData_ofASilentClient_isFolded() {
    var client = history.client();
    tell(client, NOON);
    fold();
    now = TOMORROW.plus(ofHours(5));
    fold();
    tell(client, now, List.of(Told.at(NOON.plus(ofMinutes(2)))));
    fold();

    assertThat(state(client, "slots_before")).isEqualTo("[2]");
  }

  @Test
  void uptimeDays_dayThatIsDropped_stillCounts() {
    var client = history.client();
    tell(client, NOON.minus(ofDays(1)), NOON);
    fold();
    history.rows("DELETE FROM client_day WHERE day < $1", TODAY);
    now = NOON.plusSeconds(10);
    tell(client, now);
    fold();

    assertThat(state(client, "uptime_days")).isEqualTo("[2]");
  }

  @Test
  void uptime_firstDay_countsFromTheFirstHeartbeat() {
    var full = history.client();
    var half = history.client();
    var old = history.client();
    // The last quarter of an hour of yesterday: eight slots, since the first begins at :44.
    for (var at = MIDNIGHT.minus(ofMinutes(15)); at.isBefore(MIDNIGHT); at = at.plusSeconds(60)) {
      tell(full, at);
      tell(old, at);
    }
    tell(half, MIDNIGHT.minus(ofMinutes(15)), MIDNIGHT.minusSeconds(1));
    tell(half, MIDNIGHT.minus(ofMinutes(5)), MIDNIGHT.minus(ofMinutes(7)));
    tell(old, MIDNIGHT.minus(ofHours(30)));
    fold();

    assertThat(uptime(full)).isEqualTo("[100, " + TODAY.minusDays(1) + "]");
    assertThat(uptime(half)).isEqualTo("[50, " + TODAY.minusDays(1) + "]");
    assertThat(uptime(old)).isEqualTo("[1, " + TODAY.minusDays(1) + "]");
  }

  @Test
  void uptime_lateBacklogBeforeTheFirstHeartbeat_movesTheFirst() {
    var client = history.client();
    tell(client, MIDNIGHT.minusSeconds(1));
    fold();
    assertThat(uptime(client)).startsWith("[100,");

    tell(client, MIDNIGHT.minus(ofMinutes(20)));
    fold();
    assertThat(uptime(client)).startsWith("[20,");
  }

  @Test
  void fold_isUnderWayElsewhere_isLeftToThem() {
    var client = history.client();
    tell(client, NOON);
    var meanwhile =
        postgres
            .database()
            .inTransaction(
                sql -> AdvisoryLock.ROLL_UPS.acquired(sql).compose(locked -> fold.fold()));

    assertThat(await(meanwhile)).isEmpty();
    assertThat(days(client)).isEmpty();
    assertThat(fold().clients()).isEqualTo(1);
  }

  @Test
  void foldAfter_anotherNodeFoldedAMomentAgo_isLeftOut() {
    var client = history.client();
    tell(client, NOON);
    fold();
    now = NOON.plusSeconds(9);

    assertThat(await(fold.foldAfter(ofSeconds(10)))).isEmpty();
    now = NOON.plusSeconds(10);
    assertThat(await(fold.foldAfter(ofSeconds(10)))).isPresent();
    now = NOON.minus(ofHours(1)); // The clock was set back.
    assertThat(await(fold.foldAfter(ofSeconds(10)))).isPresent();
    assertThat(state(client, "folded_at")).isEqualTo("[" + now.atOffset(ZoneOffset.UTC) + "]");
  }

  @Test
  void fold_fails_changesNothingAndSucceedsLater() {
    var bad = history.client();
    var good = history.client();
    tell(good, NOON.minus(ofDays(1)), NOON);
    history.hours(bad, MIDNIGHT, 24, -1); // More slots than a day has.
    tell(bad, NOON);

    assertThatThrownBy(this::fold).hasMessageContaining("client_day_slots_check");
    assertThat(days(good)).isEmpty();
    assertThat(stale()).hasSize(1);
    assertThat(state(good, "uptime_days, folded_at > '-infinity'")).isEqualTo("[0, false]");

    history.rows("UPDATE client_hour SET slot_mask = 1 WHERE slot_mask = -1");
    fold();
    assertThat(days(good)).hasSize(2);
    assertThat(stale()).isEmpty();
  }

  @Test
  void stale_dayThatIsChangedWhileItIsFolded_staysOnTheList() {
    var client = history.client();
    var yesterday = MIDNIGHT.minusSeconds(1);
    tell(client, yesterday);
    var meanwhile =
        postgres
            .database()
            .inTransaction(
                sql ->
                    sql.query(
                            """
                            WITH more AS (UPDATE client_hour SET n = n + 1)
                            UPDATE client_day_stale SET day = day""")
                        .execute()
                        .compose(changed -> fold.fold()));
    await(meanwhile);
    assertThat(days(client)).containsExactly(TODAY.minusDays(1) + ", 1, 10, 20, 30, 7, 9, 1");
    assertThat(stale()).hasSize(1);

    fold();
    assertThat(days(client)).containsExactly(TODAY.minusDays(1) + ", 2, 10, 20, 30, 7, 9, 1");
    assertThat(stale()).isEmpty();
  }

  @Test
  void stale_today_isNoHarm() {
    var client = history.client();
    tell(client, NOON);
    history.rows("INSERT INTO client_day_stale SELECT client_ref, $1 FROM client", TODAY);
    fold();

    assertThat(days(client)).hasSize(1);
    assertThat(state(client, "uptime_days")).isEqualTo("[1]");
    assertThat(stale()).isEmpty();
  }

  private Folded fold() {
    return await(fold.fold()).orElseThrow();
  }

  private void tell(String client, Instant... instants) {
    tell(client, now, Arrays.stream(instants).map(Told::at).toList());
  }

  private void tell(String client, Instant at, List<Told> beats) {
    await(postgres.database().with(sql -> Teller.tell(sql, client, at, beats)));
  }

  private void day(String client, LocalDate day, int slots) {
    history.rows(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, $2, 1, 0, 0, 0, $3 FROM client WHERE client_id = $1",
        ClientId.toUuid(client),
        day,
        (short) slots);
  }

  private List<String> days(String client) {
    return Stream.of(
            history.of(
                client,
                "day, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slots",
                "client_day"))
        .flatMap(List::stream)
        .map(row -> row.substring(1, row.length() - 1))
        .toList();
  }

  private String uptime(String client) {
    return state(client, "uptime_y, uptime_y_day");
  }

  private String state(String client, String columns) {
    return history.of(client, columns, "client_state").get(0);
  }

  private List<String> stale() {
    return history.rows("SELECT * FROM client_day_stale");
  }
}
