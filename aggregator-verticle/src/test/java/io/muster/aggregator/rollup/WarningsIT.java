package io.muster.aggregator.rollup;

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

import io.muster.aggregator.HistoryFixture;
import io.muster.schema.client.Warning;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One client with a heartbeat every ten seconds, and a roll-up after each of them. */
class WarningsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int WARM = 4;
  private static final int HOT = 1 | WARM;
  private static final int CRITICAL = 2 | HOT;
  private static final int FAULT = 8;

  private Instant now = NOON.minus(Duration.ofHours(2));
  private HistoryFixture fixture;
  private PostgresRollup rollup;
  private String client;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    rollup = new PostgresRollup(postgres.database(), () -> now);
    fixture.query("TRUNCATE client, client_hour, client_day, heartbeat CASCADE");
    client = fixture.insertClient();
  }

  @Test
  void gpuHot_threeHotHeartbeats_isRaisedAndClearedFiveMinutesAfterTheLastWarmOne() {
    assertThat(storeAndRollUp(2, flags(HOT))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, flags(0))).containsOnly(List.of());
    assertThat(storeAndRollUp(2, flags(HOT))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, flags(HOT))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(40, flags(WARM))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, flags(0))).containsOnly(List.of());
    assertThat(storeAndRollUp(40, flags(WARM))).containsOnly(List.of());
  }

  @Test
  void gpuHot_warmAgainWithinFiveMinutes_stays() {
    storeAndRollUp(3, flags(HOT));
    assertThat(storeAndRollUp(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, flags(WARM))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(30, flags(0))).containsOnly(List.of(GPU_HOT));
    assertThat(storeAndRollUp(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void gpuCritical_oneHeartbeat_isRaisedWithGpuHotUntilCool() {
    assertThat(storeAndRollUp(1, flags(CRITICAL))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(40, flags(HOT))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(30, flags(0))).containsOnly(List.of(GPU_HOT, GPU_CRITICAL));
    assertThat(storeAndRollUp(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void gpuFault_oneHeartbeat_isRaisedAndClearedAfterFiveMinutes() {
    assertThat(storeAndRollUp(1, flags(FAULT))).containsOnly(List.of(GPU_FAULT));
    assertThat(storeAndRollUp(30, flags(0))).containsOnly(List.of(GPU_FAULT));
    assertThat(storeAndRollUp(1, flags(0))).containsOnly(List.of());
  }

  @Test
  void disk_limits_haveAHysteresisOfFivePercent() {
    assertThat(storeAndRollUp(5, disk(89))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, disk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(40, disk(86))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(1, disk(95))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(40, disk(91))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(30, disk(90))).containsOnly(List.of(DISK_FULL, DISK_CRITICAL));
    assertThat(storeAndRollUp(1, disk(90))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(30, disk(85))).containsOnly(List.of(DISK_FULL));
    assertThat(storeAndRollUp(1, disk(85))).containsOnly(List.of());
  }

  @Test
  void memory_fiveMinutesWithoutABreak_isFull() {
    assertThat(storeAndRollUp(30, mem(95))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, mem(94))).containsOnly(List.of());
    assertThat(storeAndRollUp(30, mem(95))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, mem(95))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(40, mem(91))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(30, mem(90))).containsOnly(List.of(MEMORY_FULL));
    assertThat(storeAndRollUp(1, mem(90))).containsOnly(List.of());
  }

  @Test
  void memory_fullBeforeAndAfterAnHourOfSilence_isNotContinuouslyFull() {
    storeAndRollUp(5, mem(99));
    now = now.plus(Duration.ofHours(1));

    assertThat(storeAndRollUp(30, mem(99))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, mem(99))).containsOnly(List.of(MEMORY_FULL));
  }

  @Test
  void gpuLost_fewerDevices_isRaisedUntilTheyReturn() {
    assertThat(storeAndRollUp(3, devices(4))).containsOnly(List.of());
    assertThat(storeAndRollUp(40, devices(3))).containsOnly(List.of(GPU_LOST));
    assertThat(storeAndRollUp(1, devices(4))).containsOnly(List.of());
    assertThat(storeAndRollUp(1, devices(0))).containsOnly(List.of(GPU_LOST));
  }

  @Test
  void gpuLost_forADay_isCleared() {
    storeAndRollUp(3, devices(4));
    now = now.plus(Duration.ofMinutes(1));
    assertThat(storeAndRollUp(1, devices(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(24));
    assertThat(storeAndRollUp(1, devices(3))).containsOnly(List.of(GPU_LOST));
    now = now.plus(Duration.ofHours(1));
    assertThat(storeAndRollUp(1, devices(3))).containsOnly(List.of());
  }

  @Test
  void warnings_ofASilentHost_stay() {
    storeAndRollUp(3, devices(4));
    storeAndRollUp(
        3,
        heartbeat ->
            heartbeat
                .withDeviceCount(3)
                .withDiskPercent(96)
                .withMemoryPercent(99)
                .withGpuFlags(CRITICAL | FAULT));
    var before = warnings();
    assertThat(before).hasSize(6);

    for (var hours = 0; hours < 60; hours++) {
      now = now.plus(Duration.ofHours(1));
      await(rollup.rollUpIfDue(Duration.ZERO));
      assertThat(warnings()).isEqualTo(before);
    }
    // Online again and cool, but for less than five minutes by its heartbeats.
    assertThat(storeAndRollUp(1, devices(4)))
        .containsOnly(List.of(GPU_HOT, DISK_FULL, GPU_FAULT, GPU_CRITICAL, DISK_CRITICAL));
  }

  @Test
  void warnings_ofAHealthyHost_areNone() {
    assertThat(storeAndRollUp(40, UnaryOperator.identity())).containsOnly(List.of());
  }

  @Test
  void warnings_backlogInAnyOrder_areThoseOfTheNewest() {
    var startsAt = now;
    var heartbeats = new ArrayList<StoredHeartbeat>();
    for (var i = 0; i <= 31; i++) {
      heartbeats.add(
          StoredHeartbeat.of(startsAt.plus(INTERVAL.multipliedBy(i)))
              .withMemoryPercent(96)
              .withGpuFlags(HOT));
    }
    now = startsAt.plus(INTERVAL.multipliedBy(31));
    for (var i = heartbeats.size() - 1; i >= 0; i -= 2) {
      store(heartbeats.get(i));
    }
    await(rollup.rollUpIfDue(Duration.ZERO));
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
    for (var i = 0; i < heartbeats.size(); i += 2) {
      store(heartbeats.get(i));
    }
    await(rollup.rollUpIfDue(Duration.ZERO));
    assertThat(warnings()).containsExactly(GPU_HOT, MEMORY_FULL);
  }

  /** Stores a number of heartbeats, and returns the warnings after each. */
  private List<List<Warning>> storeAndRollUp(int number, UnaryOperator<StoredHeartbeat> change) {
    var warningsSeen = new ArrayList<List<Warning>>();
    for (var i = 0; i < number; i++) {
      now = now.plus(INTERVAL);
      store(change.apply(StoredHeartbeat.of(now)));
      await(rollup.rollUpIfDue(Duration.ZERO));
      warningsSeen.add(warnings());
    }
    return warningsSeen;
  }

  private void store(StoredHeartbeat heartbeat) {
    await(
        postgres
            .database()
            .withConnection(sql -> HeartbeatWriter.store(sql, client, now, List.of(heartbeat))));
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

  private static UnaryOperator<StoredHeartbeat> flags(int mask) {
    return heartbeat -> heartbeat.withGpuFlags(mask);
  }

  private static UnaryOperator<StoredHeartbeat> disk(int percent) {
    return heartbeat -> heartbeat.withDiskPercent(percent);
  }

  private static UnaryOperator<StoredHeartbeat> mem(int percent) {
    return heartbeat -> heartbeat.withMemoryPercent(percent);
  }

  private static UnaryOperator<StoredHeartbeat> devices(int number) {
    return heartbeat -> heartbeat.withDeviceCount(number);
  }
}
