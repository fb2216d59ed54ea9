package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static io.muster.aggregator.HistoryFixture.device;
import static io.muster.aggregator.HistoryFixture.deviceWithoutReadings;
import static io.muster.aggregator.HistoryFixture.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DevicesIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private HistoryFixture fixture;
  private PostgresHeartbeatStore store;
  private String client;
  private Instant now = NOON;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    now = NOON;
    store = StoreFixture.newStore(postgres.database(), () -> now);
    client = fixture.insertClient();
  }

  @Test
  void store_devices_keepsTheirReadings() {
    store(heartbeat(NOON, device(0), deviceWithoutReadings(1, "GPU-1", "Tesla T4")));

    assertThat(
            fixture.clientRows(
                client,
                "device_index, device_uuid, t.name, mem_total_mb, temp, usage, mem_usage, power_w",
                "client_device"))
        .containsExactly(
            "[0, GPU-0, NVIDIA H200, 131072, 60, 50, 50, 700]",
            "[1, GPU-1, Tesla T4, null, null, null, null, null]");
    assertThat(deviceCount()).isEqualTo("[2]");
  }

  @Test
  void store_olderHeartbeatInTheSameBatch_doesNotCount() {
    store(heartbeat(NOON, device(0)), heartbeat(NOON.minusSeconds(10), device(0), device(1)));

    assertThat(indexes()).containsExactly("[0]");
  }

  @Test
  void store_removedDevices_areNoLongerListed() {
    store(heartbeat(NOON.minusSeconds(20), device(0), device(1), device(2)));
    store(heartbeat(NOON.minusSeconds(10), device(0), device(2)));

    assertThat(indexes()).containsExactly("[0]", "[2]");
    assertThat(deviceCount()).isEqualTo("[2]");
  }

  @Test
  void store_hostWithoutDevices_hasNone() {
    store(heartbeat(NOON.minusSeconds(10), device(0)));
    store(heartbeat(NOON));

    assertThat(indexes()).isEmpty();
    assertThat(deviceCount()).isEqualTo("[0]");
  }

  @Test
  void store_lateHeartbeat_doesNotRestoreRemovedDevices() {
    store(heartbeat(NOON, device(0)));
    store(heartbeat(NOON.minusSeconds(10), device(0), device(1)));

    assertThat(indexes()).containsExactly("[0]");
    assertThat(deviceCount()).isEqualTo("[1]");
  }

  @Test
  void store_heartbeatFromTheFuture_doesNotBlockDeviceUpdates() {
    store(
        heartbeat(NOON.minusSeconds(10), device(0)), heartbeat(NOON.plusSeconds(3600), device(7)));
    store(heartbeat(NOON, device(1)));

    assertThat(indexes()).containsExactly("[1]");
  }

  @Test
  void store_changedIndexes_followsTheNewestHeartbeat() {
    store(
        heartbeat(
            NOON.minusSeconds(10),
            deviceWithoutReadings(0, "a", "A"),
            deviceWithoutReadings(1, "b", "B")));
    store(heartbeat(NOON, deviceWithoutReadings(0, "b", "B"), deviceWithoutReadings(1, "a", "A")));

    assertThat(fixture.clientRows(client, "device_index, device_uuid, t.name", "client_device"))
        .containsExactly("[0, b, B]", "[1, a, A]");
  }

  @Test
  void store_readings_areInTheRowOfTheirHeartbeat() {
    store(
        heartbeat(NOON.minusSeconds(2), device(0), deviceWithoutReadings(3, "GPU-3", "n")),
        heartbeat(NOON.minusSeconds(1)),
        heartbeatWithoutDevices(NOON));
    store(heartbeat(NOON.minusSeconds(3), device(3), device(0)));

    var refs = fixture.clientRows(client, "device_ref", "device");
    var both = "{%s}".formatted(String.join(",", refs).replaceAll("[\\[\\]]", ""));
    assertThat(readings())
        .containsExactly(
            "[%s, {50,50}, {50,50}, {60,60}, {700,700}]".formatted(both),
            "[%s, {50,NULL}, {50,NULL}, {60,NULL}, {700,NULL}]".formatted(both),
            "[{}, {}, {}, {}, {}]",
            "[null, null, null, null, null]");
  }

  @Test
  void store_duplicate_changesNothing() {
    store(heartbeat(NOON, device(0)));
    var before = fixture.allRows(client);
    await(store.store(received(heartbeat(NOON, device(0)))));
    await(store.store(received(heartbeat(NOON, device(1)))));

    assertThat(fixture.allRows(client)).isEqualTo(before);
    assertThat(indexes()).containsExactly("[0]");
  }

  @Test
  void store_heartbeatsWithoutDevices_sayNothingAboutThem() {
    store(heartbeatWithoutDevices(NOON.minusSeconds(30)));
    assertThat(indexes()).isEmpty();
    store(heartbeat(NOON.minusSeconds(20), device(0), device(1)));
    store(heartbeatWithoutDevices(NOON.minusSeconds(10)));
    store(heartbeatWithoutDevices(NOON));

    assertThat(fixture.clientRows(client, "device_index, temp, t.updated_at", "client_device"))
        .containsExactly(
            "[0, 60, " + NOON.minusSeconds(20) + "]", "[1, 60, " + NOON.minusSeconds(20) + "]");
    assertThat(fixture.clientRows(client, "device_count, tflops > 0", "client_state"))
        .containsExactly("[2, true]");
    assertThat(fixture.clientRows(client, "gpu_max", "client_hour")).contains("[2]");
    store(heartbeat(NOON.plusSeconds(10)));
    assertThat(indexes()).isEmpty();
  }

  @Test
  void store_lateReading_doesNotReplaceANewerOne() {
    store(heartbeat(NOON, deviceWithoutReadings(3, "u", "new")));
    store(heartbeat(NOON.minusSeconds(10), deviceWithoutReadings(1, "u", "old")));

    assertThat(fixture.clientRows(client, "device_index, t.name", "client_device"))
        .containsExactly("[3, new]");
  }

  @Test
  void store_descriptionChangedByAnotherAggregator_isCorrectedAfterTenMinutes() {
    var other = StoreFixture.newStore(postgres.database(), () -> now);
    store(heartbeat(NOON, deviceWithoutReadings(0, "u", "first")));
    now = NOON.plusSeconds(10);
    await(other.store(received(heartbeat(now, deviceWithoutReadings(0, "u", "second")))));
    now = NOON.plusSeconds(599);
    store(heartbeat(now, deviceWithoutReadings(0, "u", "first")));
    assertThat(fixture.clientRows(client, "t.name", "client_device")).containsExactly("[second]");

    now = NOON.plusSeconds(600);
    store(heartbeat(now, deviceWithoutReadings(0, "u", "first")));

    assertThat(fixture.clientRows(client, "t.name", "client_device")).containsExactly("[first]");
  }

  @Test
  void store_deletedClientRegisteredAgain_getsItsDevicesAgain() {
    store(heartbeat(NOON.minusSeconds(10), device(0)));
    fixture.query("DELETE FROM client WHERE client_id = $1", ClientId.toUuid(client));
    fixture.query(
        "INSERT INTO client (client_id, user_id, name, declared_status) VALUES ($1, 'u', 'n',"
            + " 'online')",
        ClientId.toUuid(client));

    store(heartbeat(NOON, device(0)));

    assertThat(fixture.clientRows(client, "device_index, temp", "client_device"))
        .containsExactly("[0, 60]");
    assertThat(fixture.clientRows(client, "device_uuid", "device")).containsExactly("[GPU-0]");
    assertThat(readings()).hasSize(1);
  }

  @Test
  void store_devicesOfAnUnknownClient_areNotRegistered() {
    fixture.query("DELETE FROM client WHERE client_id = $1", ClientId.toUuid(client));

    var result = await(store.store(received(heartbeat(NOON, device(0)))));

    assertThat(result.receipts()).isEmpty();
    assertThat(result.skippedClients()).isEmpty();
  }

  @Test
  void store_twoDevicesWithOneIdentity_countAsOneInTheHistory() {
    store(
        heartbeat(
            NOON, deviceWithoutReadings(0, "", "first"), deviceWithoutReadings(1, "", "second")));

    assertThat(fixture.clientRows(client, "device_index, t.name", "client_device"))
        .containsExactly("[0, first]");
    assertThat(deviceCount()).isEqualTo("[2]");
  }

  @Test
  void store_knownModels_addUpTheirTflops() {
    store(
        heartbeat(
            NOON,
            deviceWithoutReadings(0, "a", "NVIDIA GeForce RTX 4090"),
            deviceWithoutReadings(1, "b", "NVIDIA L4"),
            deviceWithoutReadings(2, "c", "unknown model")));

    assertThat(fixture.clientRows(client, "tflops", "client_state")).containsExactly("[112.90]");
    assertThat(fixture.clientRows(client, "gpu_max", "client_hour")).containsExactly("[3]");
  }

  @Test
  void store_readingsOutOfColumnRange_areOmitted() {
    var implausible =
        new DeviceReading(
            new DeviceIdentity(0, "u\0id", "Test\0GPU" + "x".repeat(1000)),
            OptionalDouble.of(Double.NaN),
            new DeviceMemory(OptionalLong.of(-1), OptionalLong.of(Long.MAX_VALUE)),
            OptionalLong.of(100_000),
            OptionalDouble.of(1e300),
            OptionalInt.of(0),
            Optional.empty());
    store(heartbeat(NOON, implausible));

    assertThat(
            fixture.clientRows(
                client,
                "device_uuid, left(t.name, 9), char_length(t.name), mem_total_mb, temp, usage,"
                    + " mem_usage, power_w",
                "client_device"))
        .containsExactly("[uid, TestGPUxx, 255, null, null, null, null, null]");
  }

  @Test
  void store_percentagesOutOfRange_areClamped() {
    var outOfRange =
        new DeviceReading(
            new DeviceIdentity(0, "u", "n"),
            OptionalDouble.of(100.4),
            new DeviceMemory(OptionalLong.of(3L << 30), OptionalLong.of(2L << 30)),
            OptionalLong.of(-40),
            OptionalDouble.of(0.4),
            OptionalInt.empty(),
            Optional.empty());
    store(heartbeat(NOON, outOfRange));

    assertThat(
            fixture.clientRows(
                client, "usage, mem_usage, temp, power_w, mem_total_mb", "client_device"))
        .containsExactly("[100, 100, -40, 0, 2048]");
  }

  private void store(Heartbeat... heartbeats) {
    var result = await(store.store(received(heartbeats)));
    assertThat(result.receipts().get(client)).extracting(HeartbeatReceipt::duplicate).isEqualTo(0);
  }

  private List<String> indexes() {
    return fixture.clientRows(client, "device_index", "client_device");
  }

  private List<ReceivedBatch> received(Heartbeat... heartbeats) {
    return StoreFixture.receivedBatches(now, List.of(batch(client, heartbeats)));
  }

  private static Heartbeat heartbeatWithoutDevices(Instant at) {
    return new Heartbeat(at.toEpochMilli(), 10, 20, 30, 1000, 2000, Optional.empty());
  }

  /** Returns the readings of the heartbeats, the oldest first. */
  private List<String> readings() {
    return fixture.query(
        "SELECT device_refs::text, device_usage::text, device_mem::text, device_temp::text,"
            + " device_power::text FROM heartbeat JOIN client USING (client_ref) WHERE client_id ="
            + " $1 ORDER BY ts",
        ClientId.toUuid(client));
  }

  private String deviceCount() {
    return fixture.clientRows(client, "device_count", "client_state").get(0);
  }
}
