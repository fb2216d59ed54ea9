package io.muster.aggregator.history;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.aggregator.History.batch;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.History;
import io.muster.aggregator.fold.PostgresFold;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.ClientStat;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientStatIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int ALL_SLOTS = (1 << 30) - 1;
  private static final Instant YESTERDAY = NOON.minus(ofHours(36));

  private final String user = UUID.randomUUID().toString();
  private Instant now = NOON;
  private History history;
  private PostgresHistory service;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    service = new PostgresHistory(postgres.database(), () -> now, new HistoryConfig(false));
  }

  @Test
  void clientStat_unknownUser_isAllZeros() {
    assertThat(stat()).isEqualTo(new ClientStat(0, 0, 0, 0, 0, 0));
  }

  @Test
  void clientStat_userWithTextThatIsNone_isInvalid() {
    assertThatThrownBy(() -> await(service.clientStat("a\0b")))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  @Test
  void clientStat_injectedSql_isJustText() {
    seen(Duration.ZERO);

    assertThat(await(service.clientStat(user + "' OR '1'='1")).systemsTotalNumber()).isZero();
  }

  @Test
  void clientStat_invalidAndForeignClients_areLeftOut() {
    history.set(seen(Duration.ZERO), "valid_status", "'invalid'");
    history.client("another " + user);
    seen(Duration.ZERO);

    assertThat(stat().systemsTotalNumber()).isEqualTo(1);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(1);
  }

  @Test
  void clientStat_online_isHeardWithinTwoMinutesByTheServersClock() {
    seen(Duration.ZERO);
    seen(ofSeconds(119));
    history.client(user);

    assertThat(stat().systemsOnlineNumber()).isEqualTo(2);
    now = NOON.plusSeconds(1);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(1);
    now = NOON.plusSeconds(120);
    assertThat(stat().systemsOnlineNumber()).isZero();
  }

  @Test
  void clientStat_maintenance_isCountedWhetherHeardOrNot() {
    history.set(seen(Duration.ZERO), "declared_status", "'maintenance'");
    history.set(history.client(user), "declared_status", "'maintenance'");
    seen(Duration.ZERO);

    assertThat(stat().systemsMaintenanceNumber()).isEqualTo(2);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(2);
  }

  @Test
  void clientStat_warnings_countsEachClientOnce() {
    seen(ofSeconds(119)); // Still heard.
    seen(ofMinutes(2)); // Contact lost: from here
    seen(ofDays(1).minusMillis(1)); // to here.
    seen(ofDays(1)); // Gone for good.
    history.client(user); // Never heard.
    history.set(history.client(user), "declared_status", "'error'");
    history.set(seen(ofMinutes(10)), "declared_status", "'error'"); // Two reasons.
    history.set(seen(ofMinutes(10)), "declared_status", "'offline'"); // Switched off on purpose.
    history.set(seen(ofMinutes(10)), "declared_status", "'maintenance'");
    warned(seen(Duration.ZERO));
    var maintained = seen(Duration.ZERO);
    warned(maintained);
    history.set(maintained, "declared_status", "'maintenance'");

    assertThat(stat().systemsWarningsNumber()).isEqualTo(5);
    assertThat(stat().systemsTotalNumber()).isEqualTo(11);
  }

  @Test
  void clientStat_tflops_isTheSumOfTheRoundedOnes() {
    for (var i = 0; i < 10; i++) {
      var client = seen(Duration.ZERO);
      history.rows(
          "UPDATE client_state s SET tflops = 82.58 FROM client c WHERE c.client_ref ="
              + " s.client_ref AND c.client_id = $1",
          ClientId.toUuid(client));
    }

    assertThat(stat().totalTflops()).isEqualTo(830);
  }

  @Test
  void uptimeRate_fullDay_isHundred() {
    history.hours(history.client(user), YESTERDAY.minus(ofHours(1)), 30, ALL_SLOTS);

    assertThat(foldedStat().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_halfADayOfAnOldClient_isFifty() {
    var client = history.client(user);
    history.hours(client, YESTERDAY.minus(ofHours(30)), 1, 1);
    history.hours(client, YESTERDAY, 12, ALL_SLOTS);

    assertThat(foldedStat().uptimeRate()).isEqualTo(50);
  }

  @Test
  void uptimeRate_firstDayThatBeganAtNoon_countsFromNoon() {
    var full = history.client(user);
    history.hours(full, YESTERDAY.plus(ofHours(12)), 14, ALL_SLOTS);

    assertThat(foldedStat().uptimeRate()).isEqualTo(100);

    var half = history.client(user);
    history.hours(half, YESTERDAY.plus(ofHours(12)), 6, ALL_SLOTS);
    assertThat(foldedStat().uptimeRate()).isEqualTo(75);
  }

  @Test
  void uptimeRate_firstHeartbeatInTheLastSlotOfTheDay_isHundred() {
    history.hours(history.client(user), YESTERDAY.plus(ofHours(23)), 1, 1 << 29);

    assertThat(foldedStat().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_silentAndInvalidClients_areLeftOut() {
    silentYesterday();
    history.set(halfUp(), "valid_status", "'invalid'");
    history.hours(history.client(user), YESTERDAY, 24, ALL_SLOTS);

    assertThat(foldedStat().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_silentClientsIncluded_countAsZero() {
    silentYesterday();
    history.hours(history.client(user), YESTERDAY, 24, ALL_SLOTS);
    history.hours(history.client(user), YESTERDAY.plus(ofDays(1)), 1, ALL_SLOTS); // New today.
    history.client(user); // Never heard.
    service = new PostgresHistory(postgres.database(), () -> now, new HistoryConfig(true));

    assertThat(foldedStat().uptimeRate()).isEqualTo(50);
  }

  @Test
  void uptimeRate_beforeTheFirstFoldOfADay_isThatOfTheDayBefore() {
    halfUp();
    assertThat(foldedStat().uptimeRate()).isEqualTo(50);

    now = NOON.plus(ofHours(12));
    assertThat(stat().uptimeRate()).isEqualTo(50);
    assertThat(foldedStat().uptimeRate()).isZero();
    now = NOON.plus(ofHours(12 + 48)); // Nobody has folded for two days: nothing is known.
    assertThat(stat().uptimeRate()).isZero();
  }

  @Test
  void clientStat_lowUptime_isAWarning() {
    var low = halfUp();
    history.hours(history.client(user), YESTERDAY, 24, ALL_SLOTS);
    assertThat(foldedStat().systemsWarningsNumber()).isEqualTo(1 + lostContact());

    history.set(low, "declared_status", "'maintenance'");
    assertThat(stat().systemsWarningsNumber()).isEqualTo(lostContact());
  }

  /** Of the client that was up all of yesterday, and not since. */
  private static int lostContact() {
    return 1;
  }

  private void silentYesterday() {
    history.client(user);
    var silent = history.client(user);
    history.hours(silent, YESTERDAY.minus(ofHours(5)), 5, ALL_SLOTS);
    history.hours(silent, YESTERDAY.plus(ofHours(24)), 1, ALL_SLOTS);
  }

  private ClientStat foldedStat() {
    assertThat(await(new PostgresFold(postgres.database(), () -> now).fold())).isPresent();
    return stat();
  }

  private String halfUp() {
    var client = history.client(user);
    history.hours(client, YESTERDAY, 12, ALL_SLOTS);
    return client;
  }

  /** A client that was heard this long before noon. */
  private String seen(Duration before) {
    var client = history.client(user);
    var at = NOON.minus(before);
    history.store(at, batch(client, at));
    return client;
  }

  private void warned(String client) {
    history.rows(
        "UPDATE client_state s SET warn_mask = 8 FROM client c WHERE c.client_ref = s.client_ref"
            + " AND c.client_id = $1",
        ClientId.toUuid(client));
  }

  private ClientStat stat() {
    return await(service.clientStat(user));
  }
}
