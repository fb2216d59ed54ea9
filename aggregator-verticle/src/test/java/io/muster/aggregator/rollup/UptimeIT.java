package io.muster.aggregator.rollup;

import static io.muster.aggregator.HistoryFixture.NOON;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UptimeIT {
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
  void uptimeWindow_silentClient_slides() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON);
    fixture.insertDay(client, TODAY.minusDays(28), 100);
    fixture.insertDay(client, TODAY.minusDays(29), 200);
    fixture.insertDay(client, TODAY.minusDays(30), 400);
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_before")).isEqualTo("[300]");

    fixture.now = TOMORROW;
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today, slots_before, uptime_y"))
        .isEqualTo("[0, 101, 0]");
    fixture.now = TOMORROW.plus(ofDays(1));
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_before, uptime_y")).isEqualTo("[1, null]");
    fixture.now = TOMORROW.plus(ofDays(29));
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today, slots_before")).isEqualTo("[0, 0]");
  }

  @Test
  void uptimeDays_prunedDay_stillCounts() {
    var client = fixture.history.insertClient();
    fixture.store(client, NOON.minus(ofDays(1)), NOON);
    fixture.rollUp();
    fixture.history.query("DELETE FROM client_day WHERE day < $1", TODAY);
    fixture.now = NOON.plusSeconds(10);
    fixture.store(client, fixture.now);
    fixture.rollUp();

    assertThat(fixture.state(client, "uptime_days")).isEqualTo("[2]");
  }

  @Test
  void uptime_firstDay_countsFromTheFirstHeartbeat() {
    var full = fixture.history.insertClient();
    var half = fixture.history.insertClient();
    var old = fixture.history.insertClient();
    // The last quarter of an hour of yesterday: eight slots, since the first begins at :44.
    for (var at = MIDNIGHT.minus(ofMinutes(15)); at.isBefore(MIDNIGHT); at = at.plusSeconds(60)) {
      fixture.store(full, at);
      fixture.store(old, at);
    }
    fixture.store(half, MIDNIGHT.minus(ofMinutes(15)), MIDNIGHT.minusSeconds(1));
    fixture.store(half, MIDNIGHT.minus(ofMinutes(5)), MIDNIGHT.minus(ofMinutes(7)));
    fixture.store(old, MIDNIGHT.minus(ofHours(30)));
    fixture.rollUp();

    assertThat(fixture.uptime(full)).isEqualTo("[100, " + TODAY.minusDays(1) + "]");
    assertThat(fixture.uptime(half)).isEqualTo("[50, " + TODAY.minusDays(1) + "]");
    assertThat(fixture.uptime(old)).isEqualTo("[1, " + TODAY.minusDays(1) + "]");
  }

  @Test
  void uptime_lateHeartbeatBeforeTheFirst_movesTheFirst() {
    var client = fixture.history.insertClient();
    fixture.store(client, MIDNIGHT.minusSeconds(1));
    fixture.rollUp();
    assertThat(fixture.uptime(client)).startsWith("[100,");

    fixture.store(client, MIDNIGHT.minus(ofMinutes(20)));
    fixture.rollUp();
    assertThat(fixture.uptime(client)).startsWith("[20,");
  }

  @Test
  void slotsToday_unfinishedSlot_isExcluded() {
    var client = fixture.history.insertClient();
    fixture.now = NOON.plusSeconds(10);
    fixture.store(client, NOON.minus(ofMinutes(1)), NOON.plusSeconds(5), NOON.plusSeconds(50));
    fixture.rollUp();
    assertThat(fixture.state(client, "slots_today")).isEqualTo("[1]");
    assertThat(fixture.dayRows(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 2");

    fixture.now = NOON.plusSeconds(120);
    fixture.rollUp(); // The client has been silent since, but the slot has ended.
    assertThat(fixture.state(client, "slots_today")).isEqualTo("[2]");
  }

  @Test
  void slotsToday_heartbeatInTheNextHour_isExcluded() {
    var client = fixture.history.insertClient();
    fixture.now = NOON.minusSeconds(1);
    fixture.store(client, NOON.minusSeconds(200), NOON.plusSeconds(30));
    fixture.rollUp();

    assertThat(fixture.state(client, "slots_today")).isEqualTo("[1]");
  }
}
