package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.DeviceHistory;
import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.event.PostgresEventService;
import io.muster.aggregator.history.HistoryConfig;
import io.muster.aggregator.history.PostgresHistory;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergyQuery;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two hosts with two accelerators each, which report every ten seconds: on a closed day from 8 to
 * 9, and today from 8 to 10:20, the second host only to 8:30 and from 9:40 to 9:45.
 */
class FleetAtIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant CLOSED = Instant.parse("2028-02-29T08:00:00Z");
  private static final Instant TODAY = Instant.parse("2028-03-03T08:00:00Z");
  private static final Instant SECOND_UNTIL = Instant.parse("2028-03-03T08:30:00Z");
  private static final Instant SECOND_BACK = Instant.parse("2028-03-03T09:40:00Z");
  private static final Instant NOW = Instant.parse("2028-03-03T10:20:00Z");
  private static final long TOTAL_MIB = 1000;

  private static MaintenanceFixture fixture;
  private static String first;
  private static String second;

  @BeforeAll
  static void fill() {
    fixture = MaintenanceFixture.of(postgres.database());
    fixture.deleteAll();
    fixture.createPartitions(LocalDate.of(2028, 3, 3));
    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
    first = fixture.history().insertClient("a");
    second = fixture.history().insertClient("b");
    store(first, CLOSED, CLOSED.plus(Duration.ofHours(1)));
    store(second, CLOSED, CLOSED.plus(Duration.ofHours(1)));
    DeviceHistory.rollUp(postgres.database(), TODAY);
    var maintenance =
        new MaintenanceJob(
            postgres.vertx(),
            MaintenanceConfig.DEFAULTS,
            () -> TODAY,
            postgres.database(),
            new MaintenanceMetrics(new SimpleMeterRegistry()));
    await(maintenance.run());
    assertThat(fixture.rowCount("heartbeat")).isEqualTo("[0]");
    store(first, TODAY, NOW);
    store(second, TODAY, SECOND_UNTIL);
    store(second, SECOND_BACK, SECOND_BACK.plus(Duration.ofMinutes(5)));
    DeviceHistory.rollUp(postgres.database(), NOW);
    assertThat(fixture.history().queryRow("SELECT hour::text FROM device_rollup"))
        .contains("2028-03-03 10:00");
  }

  @AfterEach
  void deleteConditions() {
    fixture.history().query("TRUNCATE fleet_condition, fleet_event");
  }

  @AfterAll
  static void deleteAll() {
    fixture.deleteAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2028-02-29T08:00:00Z",
        "2028-02-29T08:31:07.5Z",
        "2028-02-29T08:59:59.999Z",
        "2028-03-03T08:17:59.999Z"
      })
  void fleetAt_minuteThatIsRolledUp_hasItsMeans(Instant at) {
    var state = stateAt(at);

    assertThat(hosts(state)).containsExactly(first, second);
    for (var client : List.of(first, second)) {
      assertThat(values(state, client))
          .isEqualTo(
              "[0,%d,%d]%s"
                  .formatted(
                      percent(client, 2, newestBefore(at)),
                      percent(client, 3, newestBefore(at)),
                      gpus(client, minuteOf(at))));
    }
  }

  @Test
  void fleetAt_openHour_hasTheNewestHeartbeatOfTheMinute() {
    var at = Instant.parse("2028-03-03T10:10:20Z");
    var newest = Instant.parse("2028-03-03T10:10:50Z").toEpochMilli();

    assertThat(values(stateAt(at), first))
        .isEqualTo(
            "[0,%d,%d]%s"
                .formatted(
                    percent(first, 2, newestBefore(at)),
                    percent(first, 3, newestBefore(at)),
                    gpus(first, LongStream.of(newest))));
  }

  @ParameterizedTest
  @CsvSource({
    "2028-03-03T08:34:00Z, 2028-03-03T08:29:50Z",
    "2028-03-03T09:15:00Z, 2028-03-03T08:29:50Z",
    "2028-03-03T09:50:00Z, 2028-03-03T09:44:50Z",
    "2028-03-03T10:10:00Z, 2028-03-03T09:44:50Z"
  })
  void fleetAt_hostWithoutHeartbeats_isSilentWithItsDevicesOnce(Instant at, Instant lastSeenAt) {
    var state = stateAt(at);
    assertThat(values(state, second))
        .isEqualTo(
            "[3,null,null,%d][0,null,null,null,null,0,null,null,null,null]"
                .formatted(lastSeenAt.getEpochSecond()));
    assertThat(facts(state, second).getJsonArray("gpus"))
        .extracting(gpu -> ((JsonObject) gpu).getString("uuid"))
        .containsExactly("GPU-b-0", "GPU-b-1");
  }

  @Test
  void fleetAt_beforeTheFirstHeartbeat_hasNoHosts() {
    assertThat(hosts(stateAt(CLOSED.minusSeconds(3600)))).isEmpty();
    assertThat(hosts(stateAt(CLOSED.plus(Duration.ofHours(26))))).isEmpty();
  }

  @Test
  void fleetAt_minutesThatAreNoLongerStored_hasMeansOfTheHour() {
    fixture
        .history()
        .query(
            "CREATE TABLE removed AS SELECT * FROM device_minute WHERE hour = '2028-02-29T08:00Z'");
    fixture.history().query("DELETE FROM device_minute WHERE hour = '2028-02-29T08:00Z'");
    try {
      var hour = LongStream.iterate(CLOSED.toEpochMilli(), at -> at + 10_000).limit(360).toArray();
      assertThat(values(stateAt(CLOSED.plusSeconds(600)), first))
          .endsWith(gpus(first, LongStream.of(hour)));
    } finally {
      fixture.history().query("INSERT INTO device_minute SELECT * FROM removed");
      fixture.history().query("DROP TABLE removed");
    }
  }

  @Test
  void fleetAt_conditionsOfTheInstant_areTheStates() {
    var lost = ConditionKey.ofGpu(first, "GPU-a-0", EventKind.GPU_LOST);
    var asleep = ConditionKey.ofGpu(first, "GPU-a-1", EventKind.GPU_ASLEEP);
    var unknown = ConditionKey.ofGpu(first, "GPU-x", EventKind.GPU_HUNG);
    var silent = ConditionKey.ofHost(first, EventKind.HOST_SILENT);
    observe(lost, true, "08:05:00");
    observe(asleep, true, "08:06:00");
    observe(unknown, true, "08:07:00");
    observe(unknown, false, "08:08:00");
    observe(lost, false, "08:10:00");
    observe(silent, true, "08:20:00");
    observe(silent, false, "08:21:00");

    assertThat(statesAt("08:04:59")).isEqualTo("0 0 0");
    assertThat(statesAt("08:05:00")).isEqualTo("1 2 0");
    assertThat(statesAt("08:07:59.999")).isEqualTo("1 2 7 4");
    assertThat(statesAt("08:09:59.999")).isEqualTo("1 2 7");
    assertThat(statesAt("08:10:00")).isEqualTo("0 0 7");
    assertThat(statesAt("08:20:30")).isEqualTo("3 0 7");
    assertThat(statesAt("08:21:00")).isEqualTo("0 0 7");
  }

  @Test
  void fleetAt_future_isRejected() {
    assertThatThrownBy(() -> stateAt(NOW.plusMillis(1))).hasMessageContaining("at: expected");
  }

  @Test
  void fleetEnergy_isThatOfEachMinuteWithReadings_ofRolledUpAndOpenHours() {
    var history = new PostgresHistory(postgres.database(), () -> NOW, new HistoryConfig(false));

    var energy =
        await(history.fleetEnergy(new FleetEnergyQuery(Optional.of(TODAY.toEpochMilli() + 1))));

    assertThat(energy.from()).isEqualTo("2028-03-03T08:00:00.000000Z");
    assertThat(energy.to()).isEqualTo("2028-03-03T10:20:00.000000Z");
    assertThat(energy.devices()).isEqualTo(4);
    assertThat(energy.energyJoules())
        .isEqualTo(
            expectedJoules(first, TODAY, NOW)
                + expectedJoules(second, TODAY, SECOND_UNTIL)
                + expectedJoules(second, SECOND_BACK, SECOND_BACK.plus(Duration.ofMinutes(5))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2028-03-03T10:20:00.001Z", "2028-02-01T10:19:59Z", "1960-01-01T00:00:00Z"})
  void fleetEnergy_startOutOfRange_isRejected(Instant from) {
    var history = new PostgresHistory(postgres.database(), () -> NOW, new HistoryConfig(false));
    var query = new FleetEnergyQuery(Optional.of(from.toEpochMilli()));

    assertThatThrownBy(() -> await(history.fleetEnergy(query)))
        .hasMessageContaining("from: expected an instant of the last 31 days");
  }

  /** Returns the sum over minutes and devices: the mean power in W, times 60 s, in whole joules. */
  private static double expectedJoules(String client, Instant from, Instant until) {
    var joules = 0L;
    for (var minute = from; minute.isBefore(until); minute = minute.plusSeconds(60)) {
      for (var gpu = 0; gpu < 2; gpu++) {
        var reading = gpu + 8;
        var watts = minuteOf(minute).map(at -> percent(client, reading, at)).sum();
        joules += (watts * 120 + 6) / 12;
      }
    }
    return joules;
  }

  private static void observe(ConditionKey key, boolean isOpen, String time) {
    var at = Instant.parse("2028-03-03T" + time + "Z");
    var service = new PostgresEventService(postgres.database(), () -> NOW, stored -> {});
    var subject =
        key.gpu()
            .map(gpu -> EventSubject.ofGpu("a", first, gpu))
            .orElseGet(() -> EventSubject.ofHost("a", first));
    var observation =
        new Observation(
            key,
            subject,
            isOpen,
            new Position(0, at.toEpochMilli()),
            at.toEpochMilli(),
            Optional.empty(),
            Map.of());
    await(service.store(new ObservationBatch(List.of(observation))));
  }

  /** Returns the codes of the states of the first host and of its accelerators. */
  private static String statesAt(String time) {
    var state = stateAt(Instant.parse("2028-03-03T" + time + "Z"));
    var values = row(state, first);
    var codes = new ArrayList<String>();
    codes.add(values.getJsonArray(1).getInteger(0).toString());
    for (var index = 0; index < values.getJsonArray(2).size(); index += 5) {
      codes.add(values.getJsonArray(2).getInteger(index).toString());
    }
    return String.join(" ", codes);
  }

  private static void store(String client, Instant from, Instant until) {
    var heartbeats = new ArrayList<Heartbeat>();
    for (var at = from; at.isBefore(until); at = at.plusSeconds(10)) {
      var millis = at.toEpochMilli();
      heartbeats.add(
          new Heartbeat(
              millis,
              percent(client, 2, millis),
              percent(client, 3, millis),
              50,
              0,
              0,
              Optional.of(
                  IntStream.range(0, 2).mapToObj(gpu -> device(client, gpu, millis)).toList())));
    }
    for (var start = 0; start < heartbeats.size(); start += 100) {
      var part = heartbeats.subList(start, Math.min(heartbeats.size(), start + 100));
      fixture
          .history()
          .store(
              Instant.ofEpochMilli(part.get(part.size() - 1).atMillis()),
              HistoryFixture.batch(client, part));
    }
  }

  private static DeviceReading device(String client, int gpu, long atMillis) {
    return new DeviceReading(
        new DeviceIdentity(gpu, uuid(client, gpu), "H100"),
        OptionalDouble.of(percent(client, gpu, atMillis)),
        new DeviceMemory(
            OptionalLong.of(percent(client, gpu + 4, atMillis) * TOTAL_MIB / 100 << 20),
            OptionalLong.of(TOTAL_MIB << 20)),
        OptionalLong.of(percent(client, gpu + 6, atMillis)),
        OptionalDouble.of(percent(client, gpu + 8, atMillis)),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static String uuid(String client, int gpu) {
    return "GPU-" + (client.equals(first) ? "a" : "b") + "-" + gpu;
  }

  /** Returns a reading, 0..100. */
  private static int percent(String client, int reading, long atMillis) {
    return (int) ((atMillis / 10_000 * (reading + 3) + client.charAt(0) + reading * 17) % 101);
  }

  /** Returns the expected values of the accelerators: means over the heartbeats. */
  private static String gpus(String client, LongStream instants) {
    var at = instants.toArray();
    var values = new ArrayList<String>();
    for (var gpu = 0; gpu < 2; gpu++) {
      var index = gpu;
      values.add("0");
      values.add(mean(at, millis -> percent(client, index, millis)));
      values.add(mean(at, millis -> percent(client, index + 4, millis)) + "0");
      values.add(mean(at, millis -> percent(client, index + 8, millis)));
      values.add(mean(at, millis -> percent(client, index + 6, millis)));
    }
    return "[" + String.join(",", values).replace(",00,", ",0,") + "]";
  }

  private static String mean(long[] at, ToLongFunction<Long> reading) {
    var mean = LongStream.of(at).map(reading::applyAsLong).average().orElseThrow();
    return String.valueOf((long) Math.rint(mean));
  }

  private static LongStream minuteOf(Instant at) {
    var from = at.toEpochMilli() / 60_000 * 60_000;
    return LongStream.range(0, 6).map(number -> from + number * 10_000);
  }

  /** Returns the instant of the newest heartbeat of the minute. */
  private static long newestBefore(Instant at) {
    return at.toEpochMilli() / 60_000 * 60_000 + 50_000;
  }

  private static JsonObject stateAt(Instant at) {
    var history = new PostgresHistory(postgres.database(), () -> NOW, new HistoryConfig(false));
    return new JsonObject(await(history.fleetAt(new FleetAtQuery(at.toEpochMilli()))).json());
  }

  private static List<String> hosts(JsonObject state) {
    return state.getJsonArray("hosts").stream()
        .map(host -> ((JsonObject) host).getString("client_id"))
        .toList();
  }

  private static JsonObject facts(JsonObject state, String client) {
    return state.getJsonArray("hosts").getJsonObject(hosts(state).indexOf(client));
  }

  private static JsonArray row(JsonObject state, String client) {
    return state.getJsonArray("values").getJsonArray(hosts(state).indexOf(client));
  }

  private static String values(JsonObject state, String client) {
    var row = row(state, client);
    return row.getJsonArray(1).toString() + row.getJsonArray(2);
  }
}
