package io.muster.aggregator.history;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.rollup.PostgresRollup;
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
  private HistoryFixture fixture;
  private PostgresHistory service;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    service = new PostgresHistory(postgres.database(), () -> now, new HistoryConfig(false));
  }

  @Test
  void clientStat_unknownUser_isAllZeros() {
    assertThat(stat()).isEqualTo(new ClientStat(0, 0, 0, 0, 0, 0));
  }

  @Test
  void clientStat_userIdWithNul_isInvalid() {
    assertThatThrownBy(() -> await(service.clientStat("a\0b")))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  @Test
  void clientStat_injectedSql_isTreatedAsText() {
    insertClientSeen(Duration.ZERO);

    assertThat(await(service.clientStat(user + "' OR '1'='1")).systemsTotalNumber()).isZero();
  }

  @Test
  void clientStat_invalidAndForeignClients_areExcluded() {
    fixture.setColumn(insertClientSeen(Duration.ZERO), "valid_status", "'invalid'");
    fixture.insertClient("another " + user);
    insertClientSeen(Duration.ZERO);

    assertThat(stat().systemsTotalNumber()).isEqualTo(1);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(1);
  }

  @Test
  void clientStat_online_isSeenWithinTwoMinutesByTheServerClock() {
    insertClientSeen(Duration.ZERO);
    insertClientSeen(ofSeconds(119));
    fixture.insertClient(user);

    assertThat(stat().systemsOnlineNumber()).isEqualTo(2);
    now = NOON.plusSeconds(1);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(1);
    now = NOON.plusSeconds(120);
    assertThat(stat().systemsOnlineNumber()).isZero();
  }

  @Test
  void clientStat_maintenance_isCountedWithOrWithoutHeartbeats() {
    fixture.setColumn(insertClientSeen(Duration.ZERO), "declared_status", "'maintenance'");
    fixture.setColumn(fixture.insertClient(user), "declared_status", "'maintenance'");
    insertClientSeen(Duration.ZERO);

    assertThat(stat().systemsMaintenanceNumber()).isEqualTo(2);
    assertThat(stat().systemsOnlineNumber()).isEqualTo(2);
  }

  @Test
  void clientStat_warnings_countsEachClientOnce() {
    insertClientSeen(ofSeconds(119)); // Still online.
    insertClientSeen(ofMinutes(2)); // Contact lost: from here
    insertClientSeen(ofDays(1).minusMillis(1)); // to here.
    insertClientSeen(ofDays(1)); // No longer missed.
    fixture.insertClient(user); // Without heartbeats.
    fixture.setColumn(fixture.insertClient(user), "declared_status", "'error'");
    fixture.setColumn(
        insertClientSeen(ofMinutes(10)), "declared_status", "'error'"); // Two reasons.
    fixture.setColumn(
        insertClientSeen(ofMinutes(10)),
        "declared_status",
        "'offline'"); // Switched off on purpose.
    fixture.setColumn(insertClientSeen(ofMinutes(10)), "declared_status", "'maintenance'");
    setWarning(insertClientSeen(Duration.ZERO));
    var maintained = insertClientSeen(Duration.ZERO);
    setWarning(maintained);
    fixture.setColumn(maintained, "declared_status", "'maintenance'");

    assertThat(stat().systemsWarningsNumber()).isEqualTo(5);
    assertThat(stat().systemsTotalNumber()).isEqualTo(11);
  }

  @Test
  void clientStat_tflops_isTheSumOfRoundedValues() {
    for (var i = 0; i < 10; i++) {
      var client = insertClientSeen(Duration.ZERO);
      fixture.query(
          "UPDATE client_state s SET tflops = 82.58 FROM client c WHERE c.client_ref ="
              + " s.client_ref AND c.client_id = $1",
          ClientId.toUuid(client));
    }

    assertThat(stat().totalTflops()).isEqualTo(830);
  }

  @Test
  void uptimeRate_fullDay_isHundred() {
    fixture.insertHours(fixture.insertClient(user), YESTERDAY.minus(ofHours(1)), 30, ALL_SLOTS);

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_halfADayOfAnOldClient_isFifty() {
    var client = fixture.insertClient(user);
    fixture.insertHours(client, YESTERDAY.minus(ofHours(30)), 1, 1);
    fixture.insertHours(client, YESTERDAY, 12, ALL_SLOTS);

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(50);
  }

  @Test
  void uptimeRate_firstDayThatBeganAtNoon_countsFromNoon() {
    var full = fixture.insertClient(user);
    fixture.insertHours(full, YESTERDAY.plus(ofHours(12)), 14, ALL_SLOTS);

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(100);

    var half = fixture.insertClient(user);
    fixture.insertHours(half, YESTERDAY.plus(ofHours(12)), 6, ALL_SLOTS);
    assertThat(statAfterRollup().uptimeRate()).isEqualTo(75);
  }

  @Test
  void uptimeRate_firstHeartbeatInTheLastSlotOfTheDay_isHundred() {
    fixture.insertHours(fixture.insertClient(user), YESTERDAY.plus(ofHours(23)), 1, 1 << 29);

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_silentAndInvalidClients_areExcluded() {
    insertClientSilentYesterday();
    fixture.setColumn(insertHalfUpClient(), "valid_status", "'invalid'");
    fixture.insertHours(fixture.insertClient(user), YESTERDAY, 24, ALL_SLOTS);

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(100);
  }

  @Test
  void uptimeRate_silentClientsIncluded_countAsZero() {
    insertClientSilentYesterday();
    fixture.insertHours(fixture.insertClient(user), YESTERDAY, 24, ALL_SLOTS);
    fixture.insertHours(
        fixture.insertClient(user), YESTERDAY.plus(ofDays(1)), 1, ALL_SLOTS); // New today.
    fixture.insertClient(user); // Without heartbeats.
    service = new PostgresHistory(postgres.database(), () -> now, new HistoryConfig(true));

    assertThat(statAfterRollup().uptimeRate()).isEqualTo(50);
  }

  @Test
  void uptimeRate_beforeTheFirstRollupOfADay_isThatOfTheDayBefore() {
    insertHalfUpClient();
    assertThat(statAfterRollup().uptimeRate()).isEqualTo(50);

    now = NOON.plus(ofHours(12));
    assertThat(stat().uptimeRate()).isEqualTo(50);
    assertThat(statAfterRollup().uptimeRate()).isZero();
    now = NOON.plus(ofHours(12 + 48)); // No roll-up for two days: no uptime counts.
    assertThat(stat().uptimeRate()).isZero();
  }

  @Test
  void clientStat_lowUptime_isAWarning() {
    var low = insertHalfUpClient();
    fixture.insertHours(fixture.insertClient(user), YESTERDAY, 24, ALL_SLOTS);
    assertThat(statAfterRollup().systemsWarningsNumber()).isEqualTo(1 + lostContactWarnings());

    fixture.setColumn(low, "declared_status", "'maintenance'");
    assertThat(stat().systemsWarningsNumber()).isEqualTo(lostContactWarnings());
  }

  /** Returns the warnings of the client that was up all of yesterday, and not since. */
  private static int lostContactWarnings() {
    return 1;
  }

  private void insertClientSilentYesterday() {
    fixture.insertClient(user);
    var silent = fixture.insertClient(user);
    fixture.insertHours(silent, YESTERDAY.minus(ofHours(5)), 5, ALL_SLOTS);
    fixture.insertHours(silent, YESTERDAY.plus(ofHours(24)), 1, ALL_SLOTS);
  }

  private ClientStat statAfterRollup() {
    assertThat(
            await(
                new PostgresRollup(postgres.database(), () -> now, stored -> {})
                    .rollUpIfDue(Duration.ZERO)))
        .isPresent();
    return stat();
  }

  private String insertHalfUpClient() {
    var client = fixture.insertClient(user);
    fixture.insertHours(client, YESTERDAY, 12, ALL_SLOTS);
    return client;
  }

  /** Inserts a client that was last seen this long before noon. */
  private String insertClientSeen(Duration before) {
    var client = fixture.insertClient(user);
    var at = NOON.minus(before);
    fixture.store(at, batch(client, at));
    return client;
  }

  private void setWarning(String client) {
    fixture.query(
        "UPDATE client_state s SET warn_mask = 8 FROM client c WHERE c.client_ref = s.client_ref"
            + " AND c.client_id = $1",
        ClientId.toUuid(client));
  }

  private ClientStat stat() {
    return await(service.clientStat(user));
  }
}
