package io.muster.registry.client;

import static io.muster.registry.Rows.assertFails;
import static io.muster.registry.client.ClientDesk.NONE;
import static io.muster.registry.client.ClientDesk.NOON;
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

/** What a list and a detail say of one client. */
class ShownClientIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private ClientDesk desk;
  private String client;

  @BeforeEach
  void open() {
    desk = new ClientDesk(postgres.database());
    client = desk.add("host");
  }

  @Test
  void list_readings_areThoseOfTheNewestHeartbeatAndTheFirstDevice() {
    desk.rows.heard(client, NOON.minusSeconds(5));
    desk.rows.device(client, 1, "Tesla T4");
    desk.rows.device(client, 0, "NVIDIA H200");
    desk.rows.setState(client, "tflops", "82.58");

    var listed = desk.listed(client);
    assertThat(listed.deviceName()).isEqualTo("NVIDIA H200");
    assertThat(listed.tflops()).isEqualTo(83);
    assertThat(listed.cpuUsage()).isEqualTo(11);
    assertThat(listed.memoryUsage()).isEqualTo(22);
    assertThat(listed.storageUsage()).isEqualTo(33);
    assertThat(listed.lastOnline()).isEqualTo(WireTime.utcMicros(NOON.minusSeconds(5)));
  }

  @Test
  void list_deviceThatIsGone_isNotNamed() {
    desk.rows.heard(client, NOON.minusSeconds(10));
    desk.rows.device(client, 0, "NVIDIA A100");
    desk.rows.heard(client, NOON);
    assertThat(desk.listed(client).deviceName()).isEmpty();

    desk.rows.device(client, 0, "NVIDIA H200");
    desk.rows.device(client, 0, "NVIDIA H200");
    assertThat(desk.list()).hasSize(1);
    assertThat(desk.listed(client).deviceName()).isEqualTo("NVIDIA H200");
  }

  @Test
  void detail_readings_areThoseOfTheNewestHeartbeat() {
    folded(NOON.minus(ofDays(2)), 720, 720);
    desk.rows.setState(client, "uptime_days", "3");
    desk.rows.heard(client, NOON);
    desk.rows.device(client, 1, "Tesla T4");
    desk.rows.device(client, 0, "NVIDIA H200");
    desk.rows.run(
        "UPDATE device SET mem_total_mb = 143771, temp = 61, usage = 97, mem_usage = 88, power_w ="
            + " 693 WHERE name = 'NVIDIA H200' AND updated_at = (SELECT max(updated_at) FROM"
            + " device)");

    var detail = desk.detail(client);

    assertThat(detail.systemInfo()).isEqualTo(new HostDetail(100, 11, 22, 33, 143_771, 3));
    assertThat(detail.deviceInfo())
        .containsExactly(
            new DeviceDetail(0, "NVIDIA H200", 61, 97, 88, 693),
            new DeviceDetail(1, "Tesla T4", 0, 0, 0, 0));
  }

  @Test
  void detail_memory_isThatOfAllDevicesThatAreThere() {
    desk.rows.heard(client, NOON.minusSeconds(10));
    desk.rows.device(client, 0, "gone");
    desk.rows.run("UPDATE device SET mem_total_mb = 1");
    desk.rows.heard(client, NOON);
    for (int index = 0; index < 16; index++) {
      desk.rows.device(client, index, "NVIDIA B200");
    }
    desk.rows.run(
        "UPDATE device SET mem_total_mb = 183359 WHERE name = 'NVIDIA B200' AND mem_total_mb IS"
            + " NULL");

    var detail = desk.detail(client);

    assertThat(detail.systemInfo().deviceMemsize()).isEqualTo(16 * 183_359);
    assertThat(detail.deviceInfo()).hasSize(16).extracting(DeviceDetail::deviceIndex).isSorted();
  }

  @Test
  void detail_neverHeard_isAllZeros() {
    var detail = desk.detail(client);

    assertThat(detail.systemInfo()).isEqualTo(new HostDetail(0, 0, 0, 0, 0, 0));
    assertThat(detail.deviceInfo()).isEmpty();
  }

  @Test
  void detail_unknownForeignOrDeleted_isNotFound() {
    var stranger = new ClientDesk(postgres.database());

    assertFails(
        desk.clients.detail(new ClientKey(desk.user, ClientDesk.newId())), Code.CLIENT_UNKNOWN);
    assertFails(desk.clients.detail(new ClientKey(stranger.user, client)), Code.CLIENT_UNKNOWN);
    desk.rows.set(client, "valid_status", "'invalid'");
    assertFails(desk.clients.detail(new ClientKey(desk.user, client)), Code.CLIENT_UNKNOWN);
  }

  @Test
  void health_isTheSameInListAndDetail() {
    folded(NOON.minus(ofHours(2)), 0, 45);
    assertHealth(75);
    desk.now = NOON.plus(ofMinutes(3));
    // One more slot is over, and it was silent for three minutes: floor(45 / 61 x 0.9).
    assertHealth(66);
  }

  @Test
  void health_warnings_countUnlessUnderMaintenance() {
    folded(NOON.minus(ofHours(2)), 0, 60);
    desk.rows.setState(client, "warn_mask", String.valueOf(Warning.GPU_HOT.bit()));
    assertHealth(90);

    desk.edit(client, NONE, Optional.of("error"), NONE);
    assertHealth(70);
    desk.edit(client, NONE, Optional.of("maintenance"), NONE);
    assertHealth(100);
  }

  @Test
  void health_availabilityRule_isThatAlone() {
    var strict = new ClientDesk(postgres.database(), HealthRule.AVAILABILITY);
    client = strict.add("host", "error");
    desk = strict;
    folded(NOON.minus(ofHours(2)), 0, 45);
    desk.rows.setState(client, "last_seen", "last_seen - interval '2 days'");

    assertHealth(75);
  }

  @Test
  void heardButNotFolded_hasMissedNothingAndHasADay() {
    desk.rows.heard(client, NOON);

    assertHealth(100);
    assertThat(desk.listed(client).uptimeDays()).isEqualTo(1);
    assertThat(desk.detail(client).systemInfo().uptimeDays()).isEqualTo(1);
  }

  @Test
  void uptimeDays_areThoseOfTheFold() {
    folded(NOON.minus(ofDays(40)), 20_880, 360);
    desk.rows.setState(client, "uptime_days", "41");

    assertHealth(100);
    assertThat(desk.listed(client).uptimeDays()).isEqualTo(41);
    assertThat(desk.detail(client).systemInfo().uptimeDays()).isEqualTo(41);
  }

  /** Heard since then, folded and heard for the last time at noon. */
  private void folded(Instant first, int slotsBefore, int slotsToday) {
    desk.rows.heard(client, first);
    desk.rows.heard(client, NOON.minusMillis(1));
    desk.rows.folded(client, NOON, slotsBefore, slotsToday);
  }

  private void assertHealth(int expected) {
    assertThat(desk.listed(client).health()).isEqualTo(expected);
    assertThat(desk.detail(client).systemInfo().health()).isEqualTo(expected);
  }
}
