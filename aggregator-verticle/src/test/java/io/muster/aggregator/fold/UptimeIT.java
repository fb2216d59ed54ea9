package io.muster.aggregator.fold;

import static io.muster.aggregator.History.NOON;
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

  private Stage stage;

  @BeforeEach
  void open() {
    stage = new Stage(postgres.database());
  }

  @Test
  void window_ofASilentClient_slides() {
    var client = stage.history.client();
    stage.tell(client, NOON);
    stage.day(client, TODAY.minusDays(28), 100);
    stage.day(client, TODAY.minusDays(29), 200);
    stage.day(client, TODAY.minusDays(30), 400);
    stage.fold();
    assertThat(stage.state(client, "slots_before")).isEqualTo("[300]");

    stage.now = TOMORROW;
    stage.fold();
    assertThat(stage.state(client, "slots_today, slots_before, uptime_y")).isEqualTo("[0, 101, 0]");
    stage.now = TOMORROW.plus(ofDays(1));
    stage.fold();
    assertThat(stage.state(client, "slots_before, uptime_y")).isEqualTo("[1, null]");
    stage.now = TOMORROW.plus(ofDays(29));
    stage.fold();
    assertThat(stage.state(client, "slots_today, slots_before")).isEqualTo("[0, 0]");
  }

  @Test
  void uptimeDays_dayThatIsDropped_stillCounts() {
    var client = stage.history.client();
    stage.tell(client, NOON.minus(ofDays(1)), NOON);
    stage.fold();
    stage.history.rows("DELETE FROM client_day WHERE day < $1", TODAY);
    stage.now = NOON.plusSeconds(10);
    stage.tell(client, stage.now);
    stage.fold();

    assertThat(stage.state(client, "uptime_days")).isEqualTo("[2]");
  }

  @Test
  void uptime_firstDay_countsFromTheFirstHeartbeat() {
    var full = stage.history.client();
    var half = stage.history.client();
    var old = stage.history.client();
    // The last quarter of an hour of yesterday: eight slots, since the first begins at :44.
    for (var at = MIDNIGHT.minus(ofMinutes(15)); at.isBefore(MIDNIGHT); at = at.plusSeconds(60)) {
      stage.tell(full, at);
      stage.tell(old, at);
    }
    stage.tell(half, MIDNIGHT.minus(ofMinutes(15)), MIDNIGHT.minusSeconds(1));
    stage.tell(half, MIDNIGHT.minus(ofMinutes(5)), MIDNIGHT.minus(ofMinutes(7)));
    stage.tell(old, MIDNIGHT.minus(ofHours(30)));
    stage.fold();

    assertThat(stage.uptime(full)).isEqualTo("[100, " + TODAY.minusDays(1) + "]");
    assertThat(stage.uptime(half)).isEqualTo("[50, " + TODAY.minusDays(1) + "]");
    assertThat(stage.uptime(old)).isEqualTo("[1, " + TODAY.minusDays(1) + "]");
  }

  @Test
  void uptime_lateBacklogBeforeTheFirstHeartbeat_movesTheFirst() {
    var client = stage.history.client();
    stage.tell(client, MIDNIGHT.minusSeconds(1));
    stage.fold();
    assertThat(stage.uptime(client)).startsWith("[100,");

    stage.tell(client, MIDNIGHT.minus(ofMinutes(20)));
    stage.fold();
    assertThat(stage.uptime(client)).startsWith("[20,");
  }

  @Test
  void slotsToday_slotThatIsNotOver_isLeftOut() {
    var client = stage.history.client();
    stage.now = NOON.plusSeconds(10);
    stage.tell(client, NOON.minus(ofMinutes(1)), NOON.plusSeconds(5), NOON.plusSeconds(50));
    stage.fold();
    assertThat(stage.state(client, "slots_today")).isEqualTo("[1]");
    assertThat(stage.days(client)).containsExactly(TODAY + ", 3, 30, 60, 90, 21, 27, 2");

    stage.now = NOON.plusSeconds(120);
    stage.fold(); // The client was silent since; the slot is over all the same.
    assertThat(stage.state(client, "slots_today")).isEqualTo("[2]");
  }

  @Test
  void slotsToday_heartbeatAheadOfAnHour_isLeftOut() {
    var client = stage.history.client();
    stage.now = NOON.minusSeconds(1);
    stage.tell(client, NOON.minusSeconds(200), NOON.plusSeconds(30));
    stage.fold();

    assertThat(stage.state(client, "slots_today")).isEqualTo("[1]");
  }
}
