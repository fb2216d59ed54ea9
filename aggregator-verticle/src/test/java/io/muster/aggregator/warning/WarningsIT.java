package io.muster.aggregator.warning;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.schema.client.Warning.DISK_CRITICAL;
import static io.muster.schema.client.Warning.DISK_FULL;
import static io.muster.schema.client.Warning.GPU_CRITICAL;
import static io.muster.schema.client.Warning.GPU_FAULT;
import static io.muster.schema.client.Warning.GPU_HOT;
import static io.muster.schema.client.Warning.GPU_LOST;
import static io.muster.schema.client.Warning.MEMORY_FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.ingest.StoreFixture;
import io.muster.aggregator.rollup.PostgresRollup;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.Warning;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.json.WireTime;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One client with a heartbeat every ten seconds, and a roll-up after each of them. */
class WarningsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final SentReadings HEALTHY = SentReadings.withGpus(1);
  private static final SentReadings WARM = HEALTHY.withCelsius(82);
  private static final SentReadings HOT = HEALTHY.withCelsius(86);
  private static final SentReadings CRITICAL = HEALTHY.withCelsius(93);
  private static final SentReadings FAULT = HEALTHY.withFault();

  private Instant now = NOON.minus(Duration.ofHours(2));
  private final List<FleetEvent> events = new ArrayList<>();
  private HistoryFixture fixture;
  private PostgresRollup rollup;
  private String client;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    rollup = new PostgresRollup(postgres.database(), () -> now, events::addAll);
    fixture.query("TRUNCATE client, client_hour, client_day, heartbeat, fleet_event CASCADE");
    client = fixture.insertClient();
  }

  @Test
  void gpuHot_threeHotHeartbeats_isRaisedAndClearedFiveMinutesAfterTheLastWarmOne() {
    assertThat(storeAndRollUp(2, HOT)).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HEALTHY)).containsOnly(List.of());
    assertThat(storeAndRollUp(2, HOT)).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HOT)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(40, WARM)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(30, HEALTHY)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, HEALTHY)).containsOnly(List.of());
    assertThat(storeAndRollUp(40, WARM)).containsOnly(List.of());
  }

  @Test
  void gpuHot_beginAndEnd_areOneEventEach() {
    storeAndRollUp(2, HOT);
    assertThat(events).isEmpty();
    storeAndRollUp(1, CRITICAL);
    var raisedAt = WireTime.utcMicros(now);
    storeAndRollUp(31, HEALTHY);
    rollUp();

    assertThat(events)
        .extracting(FleetEvent::kind, FleetEvent::phase, FleetEvent::at, FleetEvent::since)
        .containsExactly(
            tuple(EventKind.WARNING_GPU_HOT, EventPhase.BEGIN, raisedAt, Optional.empty()),
            tuple(EventKind.WARNING_GPU_CRITICAL, EventPhase.BEGIN, raisedAt, Optional.empty()),
            tuple(
                EventKind.WARNING_GPU_HOT,
                EventPhase.END,
                WireTime.utcMicros(now),
                Optional.of(raisedAt)),
            tuple(
                EventKind.WARNING_GPU_CRITICAL,
                EventPhase.END,
                WireTime.utcMicros(now),
                Optional.of(raisedAt)));
    assertThat(events)
        .extracting(FleetEvent::readings)
        .containsOnly(Map.of("temperature_celsius", 93L));
    assertThat(events)
        .extracting(FleetEvent::subject)
        .containsOnly(EventSubject.ofHost("host of user-1", client));
  }

  @Test
  void gpuHot_warmAgainWithinFiveMinutes_stays() {
    storeAndRollUp(3, HOT);
    assertThat(storeAndRollUp(30, HEALTHY)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, WARM)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(30, HEALTHY)).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, HEALTHY)).containsOnly(List.of());
  }

  @Test
  void gpuCritical_oneHeartbeat_isRaisedWithGpuHotUntilCool() {
    assertThat(storeAndRollUp(1, CRITICAL)).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(40, HOT)).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(30, HEALTHY)).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(1, HEALTHY)).containsOnly(List.of());
  }

  @Test
  void gpuFault_oneHeartbeat_isRaisedAndClearedAfterFiveMinutes() {
    assertThat(storeAndRollUp(1, FAULT)).containsOnly(List.of(GPU_FAULT));
    assertThat(storeAndRollUp(30, HEALTHY)).containsOnly(List.of(GPU_FAULT));
    assertThat(storeAndRollUp(1, HEALTHY)).containsOnly(List.of());
  }

  @Test
  void disk_limits_haveAHysteresisOfFivePercent() {
    assertThat(storeAndRollUp(5, HEALTHY.withDisk(89))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HEALTHY.withDisk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(40, HEALTHY.withDisk(86))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(1, HEALTHY.withDisk(95)))
        .containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(40, HEALTHY.withDisk(91)))
        .containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(30, HEALTHY.withDisk(90)))
        .containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(1, HEALTHY.withDisk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(30, HEALTHY.withDisk(85))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(1, HEALTHY.withDisk(85))).containsOnly(List.of());
  }

  @Test
  void memory_fiveMinutesWithoutABreak_isFull() {
    assertThat(storeAndRollUp(30, HEALTHY.withMemory(95))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HEALTHY.withMemory(94))).containsOnly(List.of());
    assertThat(storeAndRollUp(30, HEALTHY.withMemory(95))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HEALTHY.withMemory(95))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(40, HEALTHY.withMemory(91))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(30, HEALTHY.withMemory(90))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(1, HEALTHY.withMemory(90))).containsOnly(List.of());
  }

  @Test
  void memory_fullBeforeAndAfterAnHourOfSilence_isNotContinuouslyFull() {
    storeAndRollUp(5, HEALTHY.withMemory(99));
    now = now.plus(Duration.ofHours(1));

    assertThat(storeAndRollUp(30, HEALTHY.withMemory(99))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, HEALTHY.withMemory(99))).containsOnly(List.of(MEMORY_FULL));
  }

  @Test
  void gpuLost_fewerDevices_isRaisedUntilTheyReturn() {
    assertThat(storeAndRollUp(3, SentReadings.withGpus(4))).containsOnly(List.of());
    assertThat(storeAndRollUp(40, SentReadings.withGpus(3))).containsOnly(List.of(GPU_LOST));
    assertThat(storeAndRollUp(1, SentReadings.withGpus(4))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, SentReadings.withGpus(0))).containsOnly(List.of(GPU_LOST));
  }

  @Test
  void gpuLost_forADay_isCleared() {
    storeAndRollUp(3, SentReadings.withGpus(4));
    now = now.plus(Duration.ofMinutes(1));
    assertThat(storeAndRollUp(1, SentReadings.withGpus(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(24));
    assertThat(storeAndRollUp(1, SentReadings.withGpus(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(1));
    assertThat(storeAndRollUp(1, SentReadings.withGpus(3))).containsOnly(List.of());
  }

  @Test
  void warnings_ofASilentHost_stay() {
    storeAndRollUp(3, SentReadings.withGpus(4));
    storeAndRollUp(
        3, SentReadings.withGpus(3).withDisk(96).withMemory(99).withCelsius(93).withFault());
    var before = warnings();
    assertThat(before).hasSize(6);

    for (var hours = 0; hours < 60; hours++) {
      now = now.plus(Duration.ofHours(1));
      rollUp();
      assertThat(warnings()).isEqualTo(before);
    }
    // Online again and cool, but for less than five minutes by its heartbeats.
    assertThat(storeAndRollUp(1, SentReadings.withGpus(4)))
        .containsOnly(List.of(GPU_HOT, DISK_FULL, GPU_FAULT, GPU_CRITICAL, DISK_CRITICAL));
  }

  @Test
  void warnings_ofAHealthyHost_areNone() {
    assertThat(storeAndRollUp(40, HEALTHY)).containsOnly(List.of());
  }

  @Test
  void warnings_backlogInAnyOrder_areThoseOfTheNewest() {
    var startsAt = now;
    now = startsAt.plus(INTERVAL.multipliedBy(31));
    for (var i = 31; i >= 0; i -= 2) {
      store(startsAt.plus(INTERVAL.multipliedBy(i)), HOT.withMemory(96));
    }
    rollUp();
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
    for (var i = 0; i < 31; i += 2) {
      store(startsAt.plus(INTERVAL.multipliedBy(i)), HOT.withMemory(96));
    }
    rollUp();
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
    assertThat(open(MEMORY_FULL).sinceMillis()).isEqualTo(startsAt.toEpochMilli());
  }

  @Test
  void warnings_peakBetweenTwoRollups_isRaisedWithItsReadingAndBegin() {
    storeAndRollUp(3, HEALTHY);
    var peakAt = now.plus(INTERVAL);
    for (var readings : List.of(CRITICAL.withDisk(97), HEALTHY.withDisk(20), HEALTHY)) {
      now = now.plus(INTERVAL);
      store(now, readings);
    }
    rollUp();

    assertThat(warnings()).containsExactly(GPU_HOT, DISK_FULL, GPU_CRITICAL, DISK_CRITICAL);
    assertThat(open(GPU_CRITICAL).peak()).contains(93);
    assertThat(open(DISK_FULL).peak()).contains(97);
    assertThat(open(DISK_FULL).sinceMillis()).isEqualTo(peakAt.toEpochMilli());
  }

  @Test
  void warnings_laterReadings_keepTheBeginAndTheHighest() {
    storeAndRollUp(1, HEALTHY.withDisk(91));
    var firstAt = now;
    storeAndRollUp(2, HEALTHY.withDisk(94));
    storeAndRollUp(2, HEALTHY.withDisk(88));

    assertThat(open(DISK_FULL).sinceMillis()).isEqualTo(firstAt.toEpochMilli());
    assertThat(open(DISK_FULL).peak()).contains(94);
  }

  @Test
  void warnings_heartbeatsWithoutDevices_neitherShowNorContradict() {
    storeAndRollUp(1, SentReadings.withGpus(4).withCelsius(86));
    storeAndRollUp(40, HEALTHY.withoutGpus());
    assertThat(storeAndRollUp(1, SentReadings.withGpus(4).withCelsius(86))).containsOnly(List.of());
    storeAndRollUp(1, HEALTHY.withoutGpus());
    storeAndRollUp(1, SentReadings.withGpus(3).withCelsius(87));
    assertThat(storeAndRollUp(40, HEALTHY.withoutGpus())).containsOnly(List.of(GPU_HOT, GPU_LOST));
    assertThat(open(GPU_HOT).peak()).contains(87);
    assertThat(open(GPU_LOST).peak()).contains(1);
    assertThat(storeAndRollUp(1, SentReadings.withGpus(4))).containsOnly(List.of(GPU_HOT));
    storeAndRollUp(30, HEALTHY.withoutGpus());
    assertThat(storeAndRollUp(1, SentReadings.withGpus(4))).containsOnly(List.of());
  }

  @Test
  void warnings_lateHeartbeatsOfEarlierHours_changeWhatDependsOnThem() {
    storeAndRollUp(1, HEALTHY.withDisk(86));
    var gap = now.plusSeconds(1);
    now = now.plus(Duration.ofMinutes(90));
    storeAndRollUp(3, HEALTHY.withDisk(86));
    assertThat(warnings()).isEmpty();

    store(gap, HEALTHY.withDisk(92));
    rollUp();
    assertThat(warnings()).containsExactly(DISK_FULL);
    assertThat(open(DISK_FULL).sinceMillis()).isEqualTo(gap.toEpochMilli());
    for (var i = 1; i <= 31; i++) {
      store(gap.plus(INTERVAL.multipliedBy(i)), HEALTHY.withDisk(80));
    }
    rollUp();
    assertThat(warnings()).isEmpty();
    assertThat(events)
        .extracting(FleetEvent::phase)
        .containsExactly(EventPhase.BEGIN, EventPhase.END);
    assertThat(events.get(0).at()).isEqualTo(WireTime.utcMicros(gap));
    store(now.minusSeconds(5), HEALTHY.withDisk(86));
    rollUp();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void warnings_lateHeartbeatDuringAnEvaluation_isEvaluatedNext() {
    storeAndRollUp(3, HEALTHY.withDisk(86));
    now = now.plus(INTERVAL);
    store(now, HEALTHY.withDisk(86));
    var lateAt = now.minusSeconds(15);

    var locked = Promise.<Object>promise();
    var release = Promise.<Void>promise();
    var lock =
        postgres
            .database()
            .withTransaction(
                sql ->
                    sql.query("SELECT FROM client_state FOR UPDATE")
                        .execute()
                        .onSuccess(locked::complete)
                        .compose(rows -> release.future()));
    await(locked.future());
    var store = StoreFixture.newStore(postgres.database(), () -> now);
    var late = HistoryFixture.batch(client, HEALTHY.withDisk(92).heartbeat(lateAt));
    var stored = store.store(StoreFixture.receivedBatches(now, List.of(late)));
    assertWaiting(1);
    var evaluated =
        new PostgresWarnings(postgres.database(), () -> now, events -> {}).evaluateAll();
    assertWaiting(2);
    release.complete();
    await(Future.all(lock, stored, evaluated));

    assertThat(warnings()).containsExactly(DISK_FULL);
    assertThat(open(DISK_FULL).sinceMillis()).isEqualTo(lateAt.toEpochMilli());
  }

  private void assertWaiting(int sessions) {
    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(20),
        () ->
            assertThat(
                    fixture.queryRow(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
                .isEqualTo("[" + sessions + "]"));
  }

  /** Stores a number of heartbeats, and returns the warnings after each. */
  private List<List<Warning>> storeAndRollUp(int number, SentReadings readings) {
    var warningsSeen = new ArrayList<List<Warning>>();
    for (var i = 0; i < number; i++) {
      now = now.plus(INTERVAL);
      store(now, readings);
      rollUp();
      warningsSeen.add(warnings());
    }
    return warningsSeen;
  }

  private void store(Instant at, SentReadings readings) {
    fixture.store(now, HistoryFixture.batch(client, readings.heartbeat(at)));
  }

  private void rollUp() {
    await(rollup.rollUpIfDue(Duration.ZERO));
  }

  private List<Warning> warnings() {
    var mask =
        Integer.parseInt(
            fixture
                .clientRows(client, "warn_mask", "client_state")
                .get(0)
                .replaceAll("[^0-9]", ""));
    return Arrays.stream(Warning.values()).filter(warning -> warning.isIn(mask)).toList();
  }

  private OpenWarning open(Warning warning) {
    var row = fixture.clientRows(client, "warnings::text", "client_state").get(0);
    return OpenWarning.readAll(Optional.of(row.substring(1, row.length() - 1))).stream()
        .filter(open -> open.warning() == warning && open.raised())
        .findFirst()
        .orElseThrow();
  }
}
