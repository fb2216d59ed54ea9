package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.DeviceHistory;
import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.ingest.HeartbeatStore;
import io.muster.aggregator.ingest.StoreFixture;
import io.muster.aggregator.rollup.DeviceRollup;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The roll-ups of devices, compared with the single heartbeats. */
class DeviceHistoryIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant EIGHT = Instant.parse("2028-02-29T08:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int BATCH = 100;

  private final MaintenanceFixture fixture = MaintenanceFixture.of(postgres.database());
  private final Random random = new Random(1);
  private Instant now = EIGHT;
  private final List<HeartbeatStore> aggregators =
      List.of(
          StoreFixture.newStore(postgres.database(), () -> now),
          StoreFixture.newStore(postgres.database(), () -> now));

  @BeforeEach
  void createPartitions() {
    fixture.deleteAll();
    fixture.createPartitions(LocalDate.of(2028, 2, 29));
    fixture.history().query("DELETE FROM device_hour_stale");
    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
  }

  @AfterEach
  void deleteAll() {
    fixture.deleteAll();
  }

  @Test
  void rollUp_anyHeartbeats_equalsThem() {
    var hosts = List.of(new Host(newClient(), 0), new Host(newClient(), 3_600_000));
    var late = new ArrayList<HeartbeatBatch>();
    for (var hour = 0; hour < 3; hour++) {
      for (var host : hosts) {
        var from = EIGHT.plus(HOUR.multipliedBy(hour));
        var batches = batches(host, from, HOUR);
        now = from.plus(HOUR).minusMillis(1);
        // Some are late; some are sent twice, to another aggregator.
        late.add(batches.remove(0));
        batches.forEach(this::store);
        store(batches.get(1));
      }
    }
    now = EIGHT.plus(HOUR.multipliedBy(3)).plusSeconds(299);
    DeviceHistory.rollUp(postgres.database(), now);
    DeviceHistory.assertRolledUp(fixture.history(), EIGHT.plus(HOUR.multipliedBy(2)));
    now = now.plusSeconds(1);
    DeviceHistory.rollUp(postgres.database(), now);
    DeviceHistory.assertRolledUp(fixture.history(), Instant.MAX);
    assertThat(staleHours()).isZero();

    late.forEach(this::store);
    assertThat(staleHours()).isEqualTo(6);
    DeviceHistory.rollUp(postgres.database(), now);
    DeviceHistory.assertRolledUp(fixture.history(), Instant.MAX);
    assertThat(staleHours()).isZero();

    var before = allRows();
    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
    assertThat(DeviceHistory.rollUp(postgres.database(), now)).isPositive();
    assertThat(allRows()).hasSize(36).isEqualTo(before);
  }

  @Test
  void rollUp_compactedDay_includesPacksAndLateHeartbeats() {
    var host = new Host(newClient(), 0);
    var batches = batches(host, EIGHT, HOUR.multipliedBy(2));
    now = EIGHT.plus(HOUR.multipliedBy(2)).minusMillis(1);
    batches.subList(2, batches.size()).forEach(this::store);
    DeviceHistory.rollUp(postgres.database(), now.plus(HOUR));
    now = EIGHT.plus(Duration.ofDays(3));
    compact();
    assertThat(fixture.rowCount("heartbeat")).isEqualTo("[0]");

    batches.forEach(this::store);
    DeviceHistory.rollUp(postgres.database(), now);

    assertThat(fixture.rowCount("heartbeat")).isEqualTo("[" + 2 * BATCH + "]");
    DeviceHistory.assertRolledUp(fixture.history(), Instant.MAX);
  }

  @Test
  void rollUp_hoursOfBeforeMigration_keepWhatTheyCounted() {
    var host = new Host(newClient(), 0);
    now = EIGHT.plus(HOUR).plusSeconds(1);
    store(batches(host, EIGHT, HOUR).get(0));
    fixture
        .history()
        .query("UPDATE heartbeat SET device_refs = NULL WHERE ts > '2028-02-29T08:30Z'");
    DeviceHistory.rollUp(postgres.database(), now.plus(HOUR));
    fixture.history().query("UPDATE device_hour SET n = 360, usage_sum = 7");

    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
    DeviceHistory.rollUp(postgres.database(), now.plus(HOUR));

    assertThat(fixture.history().query("SELECT DISTINCT n, usage_sum FROM device_hour"))
        .containsExactly("[360, 7]");
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "0, 50", "-1, 50"})
  void rollUp_storedRowsOfMoreHeartbeats_stay(int more, int usage) {
    now = EIGHT.plusSeconds(30);
    store(
        batch(
            newClient(),
            HistoryFixture.heartbeat(EIGHT, HistoryFixture.device(0)),
            HistoryFixture.heartbeat(EIGHT.plusSeconds(1), HistoryFixture.device(0))));
    DeviceHistory.rollUp(postgres.database(), now.plus(HOUR.multipliedBy(2)));
    fixture
        .history()
        .query(
            "UPDATE device_hour SET n = n + $1, usage_n = n + $1, usage_sum = (n + $1) * 7", more);
    fixture
        .history()
        .query("UPDATE device_minute SET n[1] = n[1] + $1, usage_sum[1] = (n[1] + $1) * 7", more);

    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
    DeviceHistory.rollUp(postgres.database(), now.plus(HOUR.multipliedBy(2)));

    assertThat(fixture.history().query("SELECT usage_sum / n FROM device_hour"))
        .isEqualTo(fixture.history().query("SELECT usage_sum[1] / n[1] FROM device_minute"))
        .containsExactly("[" + usage + "]");
  }

  @Test
  void rollUp_runningOnAnotherNode_doesNothing() {
    var host = new Host(newClient(), 0);
    now = EIGHT.plusSeconds(3599);
    batches(host, EIGHT, Duration.ofMinutes(20)).forEach(this::store);
    now = EIGHT.plus(HOUR.multipliedBy(2));

    var parts =
        await(
            postgres
                .database()
                .withTransaction(
                    sql ->
                        AdvisoryLock.DEVICE_ROLLUPS
                            .acquire(sql)
                            .compose(
                                locked ->
                                    new DeviceRollup(postgres.database(), () -> now)
                                        .rollUpNext())));

    assertThat(parts).isEmpty();
    assertThat(fixture.rowCount("device_hour")).isEqualTo("[0]");
  }

  private void store(HeartbeatBatch batch) {
    var store = aggregators.get(random.nextInt(aggregators.size()));
    var sent =
        new HeartbeatBatch(
            batch.clientId(),
            batch.sentAtMillis().isPresent()
                ? OptionalLong.of(now.toEpochMilli() - batch.sentAtMillis().getAsLong())
                : OptionalLong.empty(),
            batch.heartbeats());
    assertThat(await(store.store(StoreFixture.receivedBatches(now, List.of(sent)))).receipts())
        .containsKey(batch.clientId());
  }

  private void compact() {
    await(
        new MaintenanceJob(
                postgres.vertx(),
                MaintenanceConfig.DEFAULTS,
                () -> now,
                postgres.database(),
                new MaintenanceMetrics(new SimpleMeterRegistry()))
            .run());
  }

  private String newClient() {
    return fixture.history().insertClient();
  }

  private int staleHours() {
    return fixture.history().query("SELECT FROM device_hour_stale").size();
  }

  private List<String> allRows() {
    var rows = new ArrayList<String>();
    for (var table : List.of("device_minute", "device_hour")) {
      rows.addAll(fixture.history().query("SELECT t::text FROM %s t ORDER BY 1".formatted(table)));
    }
    return rows;
  }

  /** Returns the heartbeats of a time in any order; its sender says when it sends them. */
  private List<HeartbeatBatch> batches(Host host, Instant from, Duration length) {
    var heartbeats =
        new ArrayList<>(
            IntStream.range(0, (int) length.toSeconds() / 10)
                .mapToObj(
                    i -> heartbeat(host, from.plusMillis(10_000L * i + random.nextInt(10_000))))
                .toList());
    Collections.shuffle(heartbeats, random);
    var batches = new ArrayList<HeartbeatBatch>();
    for (var first = 0; first < heartbeats.size(); first += BATCH) {
      batches.add(
          new HeartbeatBatch(
              host.clientId(),
              OptionalLong.of(host.lagMillis()),
              heartbeats.subList(first, Math.min(first + BATCH, heartbeats.size()))));
    }
    return batches;
  }

  private Heartbeat heartbeat(Host host, Instant at) {
    List<Supplier<Optional<List<DeviceReading>>>> devices =
        List.of(
            Optional::empty,
            () -> Optional.of(List.of()),
            () -> Optional.of(List.of(device(2))),
            () -> Optional.of(List.of(device(0), device(1), device(2))));
    var choice = Math.min(3, random.nextInt(12));
    return new Heartbeat(
        at.toEpochMilli() - host.lagMillis(), 1, 2, 3, 4, 5, devices.get(choice).get());
  }

  private DeviceReading device(int index) {
    return new DeviceReading(
        new DeviceIdentity(index, "GPU-" + index, "NVIDIA H200"),
        random.nextInt(9) == 0 ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(101)),
        new DeviceMemory(OptionalLong.of(random.nextInt(100)), OptionalLong.of(100)),
        random.nextInt(9) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(90) - 10),
        index == 1 ? OptionalDouble.empty() : OptionalDouble.of(random.nextInt(700)),
        OptionalInt.empty(),
        Optional.empty());
  }

  /**
   * A host.
   *
   * @param lagMillis how far its clock is behind
   */
  private record Host(String clientId, long lagMillis) {}
}
