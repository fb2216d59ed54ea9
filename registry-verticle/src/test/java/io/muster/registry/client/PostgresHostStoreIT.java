package io.muster.registry.client;

import static io.muster.registry.RegistryTables.assertFails;
import static io.muster.registry.RegistryTables.await;
import static io.muster.registry.client.ClientFixture.NONE;
import static io.muster.registry.client.ClientFixture.NOON;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.RegisteredDevice;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.HostWarning;
import io.muster.schema.client.RegisteredHostPage;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.RegisteredHostQuery.HostFilter;
import io.muster.schema.client.Warning;
import io.muster.schema.json.WireTime;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresHostStoreIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final HostFilter ALL =
      new HostFilter(NONE, NONE, NONE, NONE, Optional.empty(), NONE, NONE);
  private static final String HISTORY_ROWS =
      "SELECT (SELECT count(*) FROM heartbeat) + (SELECT count(*) FROM heartbeat_pack)"
          + " + (SELECT count(*) FROM client_hour) + (SELECT count(*) FROM client_day)"
          + " + (SELECT count(*) FROM device_minute) + (SELECT count(*) FROM device_hour) + (SELECT count(*) FROM client_state)";

  private ClientFixture fixture;
  private PostgresHostStore store;

  @BeforeEach
  void open() {
    fixture = new ClientFixture(postgres.database());
    store = new PostgresHostStore(postgres.database(), HealthFormula.FULL, () -> NOON);
    for (var table :
        List.of(
            "heartbeat", "client_hour", "client_day", "device_minute", "device_hour", "client")) {
      fixture.tables.execute("DELETE FROM " + table);
    }
  }

  @Test
  void list_hostsOfAllOwners_haveTheirStateAndWarnings() {
    var full = fixture.add("full");
    fixture.tables.recordHeartbeat(full, NOON);
    fixture.tables.recordRollup(full, NOON, 0, 0);
    fixture.tables.setStateColumn(full, "disk", "96");
    setWarnings(full, Warning.DISK_FULL, Warning.DISK_CRITICAL);
    fixture.tables.insertDevice(full, 0, "NVIDIA H200");
    fixture.tables.insertDevice(full, 1, "NVIDIA H200");
    fixture.tables.setStateColumn(full, "device_count", "2");
    var silent = new ClientFixture(postgres.database()).add("silent", "error");
    fixture.tables.recordHeartbeat(silent, NOON.minus(ofHours(3)));

    var page = list(ALL, "name", NONE, 10);

    assertThat(page.total()).isEqualTo(2);
    assertThat(page.nextCursor()).isEmpty();
    assertThat(page.hosts())
        .extracting(host -> host.registration().name(), host -> host.condition().health())
        .containsExactly(tuple("full", 90), tuple("silent", 50));
    var first = page.hosts().get(0);
    assertThat(first.registration().userId()).isEqualTo(fixture.user);
    assertThat(first.status()).isEqualTo("online");
    assertThat(first.lastSeenAt()).contains(WireTime.utcMicros(NOON));
    assertThat(first.gpus())
        .isEqualTo(new RegisteredHost.InstalledGpus(2, List.of("NVIDIA H200"), 0));
    assertThat(first.warnings())
        .containsExactly(
            new HostWarning("disk_full", Map.of("storage_percent", 97), WireTime.utcMicros(NOON)),
            new HostWarning(
                "disk_critical", Map.of("storage_percent", 97), WireTime.utcMicros(NOON)));
    assertThat(page.hosts().get(1).warnings())
        .containsExactly(
            new HostWarning("declared_error", Map.of(), WireTime.utcMicros(NOON)),
            new HostWarning("lost_contact", Map.of(), WireTime.utcMicros(NOON.minus(ofHours(3)))));
  }

  @Test
  void list_lowUptimeAndWarningsThatAreNotRaised_showsTheDay() {
    var host = fixture.add("host");
    fixture.tables.recordHeartbeat(host, NOON);
    var yesterday = LocalDate.ofInstant(NOON, UTC).minusDays(1);
    fixture.tables.setStateColumn(host, "uptime_y", "80");
    fixture.tables.setStateColumn(host, "uptime_y_day", "'" + yesterday + "'");
    fixture.tables.setStateColumn(
        host,
        "warnings",
        "'" + OpenWarning.write(List.of(OpenWarning.shownAt(Warning.MEMORY_FULL, 1))) + "'");

    assertThat(list(ALL, "name", NONE, 10).hosts().get(0).warnings())
        .containsExactly(
            new HostWarning(
                "low_uptime", Map.of("uptime_percent", 80), yesterday + "T00:00:00.000000Z"));
  }

  @Test
  void list_filters_mustAllMatch() {
    var hot = fixture.add("Rack 1");
    fixture.tables.recordHeartbeat(hot, NOON);
    fixture.tables.insertDevice(hot, 0, "NVIDIA H100");
    setWarnings(hot, Warning.GPU_HOT);
    var idle = new ClientFixture(postgres.database()).add("rack 2", "offline");
    var deleted = fixture.add("rack 3");
    fixture.tables.setClientColumn(deleted, "valid_status", "'invalid'");

    assertThat(ids(filter(fixture.user, null, null, null, null))).containsExactly(hot);
    assertThat(ids(filter(null, "offline", null, null, null))).containsExactly(idle);
    assertThat(ids(filter(null, null, "h100", null, null))).containsExactly(hot);
    assertThat(ids(filter(null, null, null, "gpu_hot", null))).containsExactly(hot);
    assertThat(ids(filter(null, null, null, "any", null))).containsExactly(hot);
    assertThat(ids(filter(null, null, null, "gpu_lost", null))).isEmpty();
    assertThat(ids(filter(null, null, null, null, "RACK"))).containsExactly(hot, idle);
    assertThat(ids(filter(null, null, null, null, idle.substring(3, 20)))).containsExactly(idle);
    assertThat(ids(filter(null, null, null, null, "%"))).isEmpty();
    assertThat(ids(filter(null, "offline", "h100", null, null))).isEmpty();
    assertThat(ids(new HostFilter(NONE, NONE, NONE, NONE, Optional.of(90), NONE, NONE)))
        .containsExactly(idle);
    assertThat(ids(new HostFilter(NONE, NONE, NONE, NONE, Optional.of(91), NONE, NONE)))
        .containsExactly(hot, idle);
    assertThat(
            ids(
                new HostFilter(
                    NONE, NONE, Optional.of("invalid"), NONE, Optional.empty(), NONE, NONE)))
        .containsExactly(deleted);
  }

  @Test
  void list_pagesInAnyOrder_containEachHostOnce() {
    var ids =
        IntStream.range(0, 11)
            .mapToObj(
                number -> fixture.add("host-" + number % 3, number % 2 == 0 ? "online" : "error"))
            .toList();
    fixture.tables.recordHeartbeat(ids.get(4), NOON.minus(ofMinutes(1)));
    fixture.tables.recordHeartbeat(ids.get(7), NOON);

    PostgresHostStore.orders().forEach(sort -> assertPaged(sort, ids));
    assertThat(list(ALL, "-last_seen", NONE, 2).hosts())
        .extracting(host -> host.registration().clientId())
        .containsExactly(ids.get(7), ids.get(4));
    assertThat(list(ALL, "-name", NONE, 1).hosts().get(0).registration().name())
        .isEqualTo("host-2");
  }

  @Test
  void listDevices_filtersAndPages_containEachDeviceOnce() {
    for (var host : List.of("one", "two")) {
      var id = fixture.add(host);
      fixture.tables.recordHeartbeat(id, NOON);
      IntStream.range(0, 3)
          .forEach(index -> fixture.tables.insertDevice(id, index, "NVIDIA H" + index));
    }
    var devices = new PostgresDeviceStore(postgres.database());

    var all = await(devices.list(devices(NONE, NONE, "-host", NONE, 10)));
    assertThat(all.total()).isEqualTo(6);
    assertThat(all.devices())
        .extracting(device -> device.host().host())
        .containsExactly("two", "two", "two", "one", "one", "one");
    assertThat(all.devices().get(0).readAt()).isEqualTo(WireTime.utcMicros(NOON));
    var first = await(devices.list(devices(NONE, NONE, "-host", NONE, 4)));
    var second = await(devices.list(devices(NONE, NONE, "-host", first.nextCursor(), 4)));
    assertThat(second.nextCursor()).isEmpty();
    assertThat(Stream.of(first, second).flatMap(page -> page.devices().stream()))
        .containsExactlyElementsOf(all.devices());
    assertThat(await(devices.list(devices(Optional.of("one"), NONE, "name", NONE, 10))).total())
        .isEqualTo(3);
    assertThat(await(devices.list(devices(NONE, Optional.of("h2"), "power", NONE, 10))).devices())
        .extracting(RegisteredDevice::name)
        .containsExactly("NVIDIA H2", "NVIDIA H2");
  }

  private static RegisteredDeviceQuery devices(
      Optional<String> host,
      Optional<String> text,
      String sort,
      Optional<String> cursor,
      int limit) {
    return new RegisteredDeviceQuery(NONE, host, text, sort, cursor, limit);
  }

  @Test
  void list_foreignCursor_isRejected() {
    IntStream.range(0, 3).forEach(number -> fixture.add("host"));
    var cursor = list(ALL, "name", NONE, 1).nextCursor();

    for (var text : List.of("", "x", "e30", "bnVsbA", "=", cursor.orElseThrow() + "x")) {
      assertFails(
          store.list(new RegisteredHostQuery(ALL, "name", Optional.of(text), 1)),
          Code.INVALID_ARGUMENT);
    }
    assertFails(
        store.list(new RegisteredHostQuery(ALL, "-name", cursor, 1)), Code.INVALID_ARGUMENT);
    var notANumber = new ListCursor("health", "1; DROP TABLE client", 1).encode();
    assertFails(
        store.list(new RegisteredHostQuery(ALL, "health", Optional.of(notANumber), 1)),
        Code.INVALID_ARGUMENT);
  }

  @Test
  void find_idOrName_isTheOnlyHost() {
    var first = fixture.add("one");
    fixture.add("two");
    fixture.add("two");

    assertThat(await(store.find(first)).registration().name()).isEqualTo("one");
    assertThat(await(store.find("one")).registration().clientId()).isEqualTo(first);
    assertFails(store.find("two"), Code.INVALID_ARGUMENT);
    assertFails(store.find("three"), Code.CLIENT_UNKNOWN);
    fixture.tables.setClientColumn(first, "valid_status", "'invalid'");
    assertFails(store.find("one"), Code.CLIENT_UNKNOWN);
  }

  @Test
  void delete_host_removesItsHistoryOnly() {
    var kept = fixture.add("kept");
    insertHistory(kept);
    var rows = fixture.tables.queryValue(HISTORY_ROWS);
    var deleted = fixture.add("deleted");
    insertHistory(deleted);
    assertThat(fixture.tables.queryValue(HISTORY_ROWS)).isNotEqualTo(rows);

    await(store.delete(deleted));

    assertThat(fixture.tables.queryValue(HISTORY_ROWS)).isEqualTo(rows);
    assertFails(store.delete(deleted), Code.CLIENT_UNKNOWN);
    assertThat(ids(ALL)).containsExactly(kept);
    fixture.register(deleted, "again", "online", NONE);
  }

  @Test
  void delete_heartbeatsAreBeingStored_leavesNone() {
    var client = fixture.add("host");
    insertHistory(client);
    Promise<Void> stored = Promise.promise();
    Promise<Void> commit = Promise.promise();
    var writing =
        postgres
            .database()
            .withTransaction(
                sql ->
                    sql.query(
                            "WITH h AS (INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk,"
                                + " net_up, net_down) SELECT client_ref, now(), 1, 1, 1, 0, 0 FROM"
                                + " client) UPDATE client_state SET last_seen = now()")
                        .execute()
                        .<Void>mapEmpty()
                        .onComplete(stored)
                        .compose(done -> commit.future()));
    await(stored.future());

    var deletion = store.delete(client);
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1),
        () ->
            assertThat(fixture.tables.queryValue("SELECT count(*) FROM pg_locks WHERE NOT granted"))
                .isNotEqualTo(Optional.of("0")));
    commit.complete();
    await(writing);
    await(deletion);

    assertThat(fixture.tables.queryValue(HISTORY_ROWS)).contains("0");
  }

  /** Inserts a row into each table of the history. */
  private void insertHistory(String client) {
    fixture.tables.recordHeartbeat(client, NOON);
    fixture.tables.insertDevice(client, 0, "NVIDIA H200");
    for (var insert :
        List.of(
            "heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)"
                + " SELECT client_ref, now() - i * interval '1 s', 1, 1, 1, 0, 0",
            "client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum,"
                + " slot_mask) SELECT client_ref, date_trunc('hour', now()) - i * interval '1 h',"
                + " now(), 1, 0, 0, 1, 1, 1, 1",
            "client_day (client_ref, day, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum,"
                + " slots) SELECT client_ref, current_date - i, now(), 1, 0, 0, 1, 1, 1, 1",
            "device_minute (device_ref, hour, n, usage_sum, usage_min, usage_max, mem_sum, mem_min,"
                + " mem_max, temp_sum, temp_min, temp_max, power_sum, power_min, power_max)"
                + " SELECT device_ref, now() - i * interval '1 s', '{}', '{}', '{}', '{}', '{}', '{}',"
                + " '{}', '{}', '{}', '{}', '{}', '{}', '{}'",
            "device_hour (device_ref, hour, temp_sum, power_sum, n, usage_n, usage_sum, mem_n,"
                + " mem_sum, temp_n, power_n) SELECT device_ref, date_trunc('hour', now()) - i *"
                + " interval '1 h', 0, 0, 1, 0, 0, 0, 0, 0, 0")) {
      fixture.tables.execute(
          "INSERT INTO "
              + insert
              + " FROM client LEFT JOIN device USING (client_ref) CROSS JOIN generate_series(0, 20) i"
              + " WHERE client_id = $1",
          ClientId.toUuid(client));
    }
  }

  private void setWarnings(String client, Warning... warnings) {
    var mask = Arrays.stream(warnings).mapToInt(Warning::bit).sum();
    fixture.tables.setStateColumn(client, "warn_mask", String.valueOf(mask));
    var open =
        Arrays.stream(warnings)
            .map(warning -> OpenWarning.shownAt(warning, NOON.toEpochMilli()))
            .map(warning -> warning.withPeak(Optional.of(97)).raise())
            .toList();
    fixture.tables.setStateColumn(client, "warnings", "'" + OpenWarning.write(open) + "'");
  }

  private static HostFilter filter(
      @Nullable String user,
      @Nullable String status,
      @Nullable String model,
      @Nullable String warning,
      @Nullable String text) {
    return new HostFilter(
        Optional.ofNullable(user),
        Optional.ofNullable(status),
        NONE,
        Optional.ofNullable(model),
        Optional.empty(),
        Optional.ofNullable(warning),
        Optional.ofNullable(text));
  }

  private RegisteredHostPage list(
      HostFilter filter, String sort, Optional<String> cursor, int limit) {
    return await(store.list(new RegisteredHostQuery(filter, sort, cursor, limit)));
  }

  private List<String> ids(HostFilter filter) {
    var page = list(filter, "name", NONE, 100);
    assertThat(page.total()).isEqualTo(page.hosts().size());
    return page.hosts().stream().map(host -> host.registration().clientId()).toList();
  }

  /** Asserts that the pages of an order contain all hosts, in the order of one large page. */
  private void assertPaged(String sort, List<String> expectedIds) {
    var all = list(ALL, sort, NONE, 1000).hosts();
    assertThat(all)
        .extracting(host -> host.registration().clientId())
        .containsExactlyInAnyOrderElementsOf(expectedIds);
    var paged = new ArrayList<RegisteredHost>();
    var cursor = NONE;
    do {
      var page = list(ALL, sort, cursor, 4);
      assertThat(page.total()).as(sort).isEqualTo(expectedIds.size());
      paged.addAll(page.hosts());
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    assertThat(paged).as(sort).isEqualTo(all);
  }
}
