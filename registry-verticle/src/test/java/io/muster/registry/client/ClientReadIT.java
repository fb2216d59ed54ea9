package io.muster.registry.client;

import static io.muster.registry.RegistryTables.assertFails;
import static io.muster.registry.client.ClientFixture.NONE;
import static io.muster.registry.client.ClientFixture.NOON;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientDetail.DeviceDetail;
import io.muster.schema.client.ClientDetail.HostDetail;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.Warning;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of the values that a list and a detail contain for one client. */
class ClientReadIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private ClientFixture fixture;
  private String client;

  @BeforeEach
  void open() {
    fixture = new ClientFixture(postgres.database());
    client = fixture.add("host");
  }

  @Test
  void list_severalDevices_usesNewestHeartbeatAndFirstDevice() {
    fixture.tables.recordHeartbeat(client, NOON.minusSeconds(5));
    fixture.tables.insertDevice(client, 1, "Tesla T4");
    fixture.tables.insertDevice(client, 0, "NVIDIA H200");
    fixture.tables.setStateColumn(client, "tflops", "82.58");

    var summary = fixture.summary(client);
    assertThat(summary.equipment().deviceName()).isEqualTo("NVIDIA H200");
    assertThat(summary.equipment().tflops()).isEqualTo(83);
    assertThat(summary.condition().cpuUsage()).isEqualTo(11);
    assertThat(summary.condition().memoryUsage()).isEqualTo(22);
    assertThat(summary.condition().storageUsage()).isEqualTo(33);
    assertThat(summary.lastOnline()).isEqualTo(WireTime.utcMicros(NOON.minusSeconds(5)));
  }

  @Test
  void list_removedDevice_isNotNamed() {
    fixture.tables.recordHeartbeat(client, NOON.minusSeconds(10));
    fixture.tables.insertDevice(client, 0, "NVIDIA A100");
    fixture.tables.recordHeartbeat(client, NOON);
    assertThat(fixture.summary(client).equipment().deviceName()).isEmpty();

    fixture.tables.insertDevice(client, 0, "NVIDIA H200");
    fixture.tables.insertDevice(client, 0, "NVIDIA H200");
    assertThat(fixture.list()).hasSize(1);
    assertThat(fixture.summary(client).equipment().deviceName()).isEqualTo("NVIDIA H200");
  }

  @Test
  void detail_severalDevices_usesNewestHeartbeat() {
    insertRolledUpState(NOON.minus(ofDays(2)), 720, 720);
    fixture.tables.setStateColumn(client, "uptime_days", "3");
    fixture.tables.recordHeartbeat(client, NOON);
    fixture.tables.insertDevice(client, 1, "Tesla T4");
    fixture.tables.insertDevice(client, 0, "NVIDIA H200");
    fixture.tables.execute(
        "UPDATE device SET mem_total_mb = 143771 WHERE name = 'NVIDIA H200' AND updated_at ="
            + " (SELECT max(updated_at) FROM device)");
    fixture.tables.setStateColumn(client, "device_temp", "'{61, null}'");
    fixture.tables.setStateColumn(client, "device_usage", "'{97, null}'");
    fixture.tables.setStateColumn(client, "device_mem", "'{88, null}'");
    fixture.tables.setStateColumn(client, "device_power", "'{693, null}'");

    var detail = fixture.detail(client);

    assertThat(detail.systemInfo()).isEqualTo(new HostDetail(100, 11, 22, 33, 143_771, 3));
    assertThat(detail.deviceInfo())
        .containsExactly(
            new DeviceDetail(0, "NVIDIA H200", 61, 97, 88, 693),
            new DeviceDetail(1, "Tesla T4", 0, 0, 0, 0));
  }

  @Test
  void detail_memory_isSumOfPresentDevices() {
    fixture.tables.recordHeartbeat(client, NOON.minusSeconds(10));
    fixture.tables.insertDevice(client, 0, "removed");
    fixture.tables.execute("UPDATE device SET mem_total_mb = 1");
    fixture.tables.recordHeartbeat(client, NOON);
    for (int index = 0; index < 16; index++) {
      fixture.tables.insertDevice(client, index, "NVIDIA B200");
    }
    fixture.tables.execute(
        "UPDATE device SET mem_total_mb = 183359 WHERE name = 'NVIDIA B200' AND mem_total_mb IS"
            + " NULL");

    var detail = fixture.detail(client);

    assertThat(detail.systemInfo().deviceMemsize()).isEqualTo(16 * 183_359);
    assertThat(detail.deviceInfo()).hasSize(16).extracting(DeviceDetail::deviceIndex).isSorted();
  }

  @Test
  void detail_noHeartbeat_isAllZeros() {
    var detail = fixture.detail(client);

    assertThat(detail.systemInfo()).isEqualTo(new HostDetail(0, 0, 0, 0, 0, 0));
    assertThat(detail.deviceInfo()).isEmpty();
  }

  @Test
  void detail_unknownForeignOrInvalidClient_isNotFound() {
    var otherUser = new ClientFixture(postgres.database());

    assertFails(
        fixture.store.detail(new ClientKey(fixture.user, ClientFixture.newId())),
        Code.CLIENT_UNKNOWN);
    assertFails(fixture.store.detail(new ClientKey(otherUser.user, client)), Code.CLIENT_UNKNOWN);
    fixture.tables.setClientColumn(client, "valid_status", "'invalid'");
    assertFails(fixture.store.detail(new ClientKey(fixture.user, client)), Code.CLIENT_UNKNOWN);
  }

  @Test
  void health_listAndDetail_areEqual() {
    insertRolledUpState(NOON.minus(ofHours(2)), 0, 45);
    assertHealth(75);
    fixture.now = NOON.plus(ofMinutes(3));
    // One more slot has ended, and it was silent for three minutes: floor(45 / 61 x 0.9).
    assertHealth(66);
  }

  @Test
  void health_warnings_lowerItExceptInMaintenance() {
    insertRolledUpState(NOON.minus(ofHours(2)), 0, 60);
    fixture.tables.setStateColumn(client, "warn_mask", String.valueOf(Warning.GPU_HOT.bit()));
    assertHealth(90);

    fixture.edit(client, NONE, Optional.of("error"), NONE);
    assertHealth(70);
    fixture.edit(client, NONE, Optional.of("maintenance"), NONE);
    assertHealth(100);
  }

  @Test
  void health_availabilityFormula_ignoresWarningsAndSilence() {
    var availabilityFixture = new ClientFixture(postgres.database(), HealthFormula.AVAILABILITY);
    client = availabilityFixture.add("host", "error");
    fixture = availabilityFixture;
    insertRolledUpState(NOON.minus(ofHours(2)), 0, 45);
    fixture.tables.setStateColumn(client, "last_seen", "last_seen - interval '2 days'");

    assertHealth(75);
  }

  @Test
  void health_heartbeatBeforeFirstRollup_isFullAndUptimeIsOneDay() {
    fixture.tables.recordHeartbeat(client, NOON);

    assertHealth(100);
    assertThat(fixture.summary(client).uptimeDays()).isEqualTo(1);
    assertThat(fixture.detail(client).systemInfo().uptimeDays()).isEqualTo(1);
  }

  @Test
  void uptimeDays_afterRollup_areThoseOfTheRollup() {
    insertRolledUpState(NOON.minus(ofDays(40)), 20_880, 360);
    fixture.tables.setStateColumn(client, "uptime_days", "41");

    assertHealth(100);
    assertThat(fixture.summary(client).uptimeDays()).isEqualTo(41);
    assertThat(fixture.detail(client).systemInfo().uptimeDays()).isEqualTo(41);
  }

  /** Has reported since then; its last report and its roll-up are at noon. */
  private void insertRolledUpState(Instant firstHeartbeatAt, int slotsBefore, int slotsToday) {
    fixture.tables.recordHeartbeat(client, firstHeartbeatAt);
    fixture.tables.recordHeartbeat(client, NOON.minusMillis(1));
    fixture.tables.recordRollup(client, NOON, slotsBefore, slotsToday);
  }

  private void assertHealth(int expected) {
    assertThat(fixture.summary(client).condition().health()).isEqualTo(expected);
    assertThat(fixture.detail(client).systemInfo().health()).isEqualTo(expected);
  }
}
