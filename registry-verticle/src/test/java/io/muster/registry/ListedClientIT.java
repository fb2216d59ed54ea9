package io.muster.registry;

import static io.muster.registry.Rows.await;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a list says of a client that was heard. */
class ListedClientIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant NOON = noon(InstantSource.system());
  private static final int ALL_SLOTS = (1 << 30) - 1;

  private final String client = ClientId.of(UUID.randomUUID());
  private Instant now = NOON;
  private Rows rows;
  private PostgresRegistry registry;

  @BeforeEach
  void open() {
    rows = new Rows(postgres.database());
    registry = new PostgresRegistry(postgres.database(), () -> now);
  }

  @Test
  void clients_readings_areThoseOfTheNewestHeartbeatAndTheFirstDevice() {
    announce();
    rows.heard(client, NOON.minusSeconds(5));
    rows.device(client, 1, "Tesla T4");
    rows.device(client, 0, "NVIDIA H200");
    rows.run("UPDATE client_state SET tflops = 82.58");

    var listed = listed();
    assertThat(listed.deviceName()).isEqualTo("NVIDIA H200");
    assertThat(listed.tflops()).isEqualTo(83);
    assertThat(listed.cpuUsage()).isEqualTo(11);
    assertThat(listed.memoryUsage()).isEqualTo(22);
    assertThat(listed.storageUsage()).isEqualTo(33);
    assertThat(listed.lastOnline()).isEqualTo(WireTime.utcMicros(NOON.minusSeconds(5)));
  }

  @Test
  void clients_health_isTheShareOfSlotsSinceTheFirstHeartbeat() {
    announce();
    rows.heard(client, NOON);
    // From half past ten: 15 slots, then 30 missing ones up to noon.
    rows.hours(client, NOON.minus(ofHours(2)), 1, ALL_SLOTS & ~((1 << 15) - 1));

    assertThat(listed().health()).isEqualTo(33);
    assertThat(listed().uptimeDays()).isEqualTo(1);
  }

  @Test
  void clients_slotThatIsNotOver_countsNeitherForNorAgainst() {
    announce();
    now = NOON.plus(ofMinutes(4)).plusSeconds(30);
    rows.heard(client, now);
    // Heard in the first slot, not in the second, again in the third, which is not over, and in one
    // that has not begun.
    rows.hours(client, NOON, 1, 0b1101);
    rows.hours(client, NOON.plus(ofHours(1)), 1, 1);

    assertThat(listed().health()).isEqualTo(50);
  }

  @Test
  void clients_heardForTheFirstTimeJustNow_isHealthy() {
    announce();
    now = NOON.plusSeconds(30);
    rows.heard(client, now);
    rows.hours(client, NOON, 1, 1);

    assertThat(listed().health()).isEqualTo(100);
    assertThat(listed().uptimeDays()).isEqualTo(1);
  }

  @Test
  void clients_uptimeDays_areUtcDaysWithAHeartbeat() {
    announce();
    rows.heard(client, NOON);
    var midnight = NOON.minus(ofHours(12));
    rows.hours(client, midnight.minus(ofHours(1)), 2, 1);
    rows.hours(client, midnight.minus(ofDays(3)), 24, ALL_SLOTS);

    assertThat(listed().uptimeDays()).isEqualTo(3);
  }

  private void announce() {
    await(
        registry.announce(
            new ClientRegistration("user", client, "online", Optional.empty(), "host")));
  }

  private ClientSummary listed() {
    var none = Optional.<String>empty();
    return await(registry.clients(new ClientQuery("user", Optional.of(client), none, none, none)))
        .devices()
        .get(0);
  }

  private static Instant noon(InstantSource clock) {
    return clock.instant().truncatedTo(ChronoUnit.DAYS).plus(12, ChronoUnit.HOURS);
  }
}
