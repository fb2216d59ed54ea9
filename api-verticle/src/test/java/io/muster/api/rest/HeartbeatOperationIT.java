package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static io.muster.api.rest.RestTestNode.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heartbeats of third-party agents. */
class HeartbeatOperationIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final String PATH = "/api/heartbeats";
  private static final String OTHER_CLIENT = "0123456789abcdef0123456789abcdef";

  private static final String COMPLETE_HEARTBEAT =
      """
      {"client_id": "0x6E1131B4B9CC454AA6CE3294AB860B2D", "timestamp": "2025-07-29T17:55:48.826362123Z",
       "cpu_usage": 45.5, "mem_usage": 60, "disk_usage": 29.49, "network_up": 1000000000000000,
       "network_down": 7, "sent_at": "2025-07-29t19:55:49+02:00", "unknown": {},
       "devices": [
         {"device_index": 1, "name": "L4", "mem_usage": 33.33},
         {"device_index": 0, "name": "H100", "uuid": "GPU-1", "usage": 85.5, "mem_usage": 1,
          "memory_used_bytes": 3, "memory_total_bytes": 4, "temp": 71.5, "power_usage": 350.25,
          "slowdown_temp": 89, "fault": "Xid 79"},
         {"device_index": 2, "name": "x", "mem_usage": 50, "memory_total_bytes": 1000, "fault": ""}]}
      """;
  private static final DeviceReading FIRST_DEVICE =
      new DeviceReading(
          new DeviceIdentity(0, "GPU-1", "H100"),
          OptionalDouble.of(85.5),
          new DeviceMemory(OptionalLong.of(3), OptionalLong.of(4)),
          OptionalLong.of(72),
          OptionalDouble.of(350.25),
          OptionalInt.of(89),
          Optional.of("Xid 79"));

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void reset() {
    NODE.services().calls.clear();
    NODE.services().failure = Optional.empty();
    NODE.services().heartbeatHandler =
        batch -> Future.succeededFuture(new HeartbeatReceipt(batch.heartbeats().size(), 0, 0));
  }

  @Test
  void store_completeHeartbeat_isPassedOn() {
    var response = NODE.post(PATH, COMPLETE_HEARTBEAT);

    assertTotals(response.json(), 1, 0, 0, 0);
    assertThat(NODE.services().calls)
        .containsExactly(
            new HeartbeatBatch(
                CLIENT,
                OptionalLong.of(toMillis("2025-07-29T17:55:49Z")),
                List.of(
                    new Heartbeat(
                        toMillis("2025-07-29T17:55:48.826Z"),
                        46,
                        60,
                        29,
                        1_000_000_000_000_000L,
                        7,
                        Optional.of(
                            List.of(
                                FIRST_DEVICE,
                                deviceWithMemory(1, "L4", 3333, 10_000),
                                deviceWithMemory(2, "x", 500, 1000)))))));
  }

  @Test
  void store_minimalHeartbeat_isPassedOn() {
    assertTotals(NODE.post(PATH, heartbeat(CLIENT, 48).encode()).json(), 1, 0, 0, 0);
    assertThat(NODE.services().calls)
        .containsExactly(
            new HeartbeatBatch(
                CLIENT,
                OptionalLong.empty(),
                List.of(
                    new Heartbeat(
                        toMillis("2025-07-29T17:55:48Z"), 1, 2, 3, 0, 0, Optional.empty()))));
  }

  @Test
  void store_devices_noneIsNotTheSameAsNotReported() {
    NODE.post(PATH, heartbeat(CLIENT, 48).put("devices", new JsonArray()).encode());
    NODE.post(PATH, heartbeat(CLIENT, 48).putNull("devices").encode());

    assertThat(NODE.services().calls)
        .extracting(call -> ((HeartbeatBatch) call).heartbeats().get(0).devices())
        .containsExactly(Optional.of(List.of()), Optional.empty());
  }

  @Test
  void store_several_areBatchedByClientInOrderOfTime() {
    var body =
        new JsonArray()
            .add(heartbeat(OTHER_CLIENT, 48).put("sent_at", "2025-07-29T18:00:00Z"))
            .add(heartbeat(CLIENT, 49))
            .add(heartbeat(OTHER_CLIENT, 47).put("sent_at", "2025-07-29T18:00:01Z"));

    assertTotals(NODE.post(PATH, body.encode()).json(), 3, 0, 0, 0);
    var batches = NODE.services().calls.stream().map(HeartbeatBatch.class::cast).toList();
    assertThat(batches).extracting(HeartbeatBatch::clientId).containsExactly(OTHER_CLIENT, CLIENT);
    assertThat(batches.get(0).heartbeats())
        .extracting(Heartbeat::atMillis)
        .containsExactly(toMillis("2025-07-29T17:55:47Z"), toMillis("2025-07-29T17:55:48Z"));
    assertThat(batches.get(0).sentAtMillis()).hasValue(toMillis("2025-07-29T18:00:01Z"));
  }

  @Test
  void store_aThousand_areSplitIntoBatches() {
    var body =
        IntStream.range(0, 1000)
            .mapToObj(second -> heartbeat(CLIENT, second % 60).encode())
            .collect(Collectors.joining(",", "[", "]"));

    assertTotals(NODE.post(PATH, body).json(), 1000, 0, 0, 0);
    assertThat(NODE.services().calls)
        .extracting(call -> ((HeartbeatBatch) call).heartbeats().size())
        .containsExactly(500, 500);
  }

  @Test
  void store_severalReceipts_areAddedUp() {
    NODE.services().heartbeatHandler =
        batch ->
            batch.clientId().equals(OTHER_CLIENT)
                ? Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "unknown"))
                : Future.succeededFuture(new HeartbeatReceipt(1, 2, 1));
    var body = new JsonArray();
    IntStream.range(0, 4).forEach(second -> body.add(heartbeat(CLIENT, second)));
    body.add(heartbeat(OTHER_CLIENT, 1)).add(heartbeat(OTHER_CLIENT, 2));

    assertTotals(NODE.post(PATH, body.encode()).json(), 1, 2, 1, 2);
  }

  @Test
  void store_oneBatchFails_isAFailureOfTheRequest() {
    NODE.services().heartbeatHandler =
        batch ->
            batch.clientId().equals(OTHER_CLIENT)
                ? Future.failedFuture(new FleetException(Code.UNAVAILABLE, "retry later"))
                : Future.succeededFuture(new HeartbeatReceipt(1, 0, 0));
    var body = new JsonArray().add(heartbeat(CLIENT, 1)).add(heartbeat(OTHER_CLIENT, 1));

    var response = NODE.post(PATH, body.encode());

    assertFailure(response, 503);
    assertThat(response.json().getString("message")).isEqualTo("retry later");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "client_id    | \"x\"    | expected 32 hexadecimal digits",
        "client_id    | null     | expected 32 hexadecimal digits",
        "timestamp    | 1        | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T17:55:48\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T17:55:48+24:00\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29 17:55:48Z\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T17:55:48.Z\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T17:55:48Z\\n\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-02-30T17:55:48Z\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T24:00:00Z\" | expected an instant of RFC 3339",
        "timestamp    | \"2025-07-29T23:59:60Z\" | expected an instant of RFC 3339",
        "sent_at      | \"2025-13-01T00:00:00Z\" | expected an instant of RFC 3339",
        "sent_at      | \"now\"  | expected an instant of RFC 3339",
        "cpu_usage    | 100.01   | expected 0 to 100",
        "cpu_usage    | -0.5     | expected 0 to 100",
        "cpu_usage    | \"1\"    | expected 0 to 100",
        "cpu_usage    | null     | expected 0 to 100",
        "mem_usage    | 1e400    | expected 0 to 100",
        "disk_usage   | true     | expected 0 to 100",
        "network_up   | -1       | expected a whole number from 0 to 1000000000000000",
        "network_up   | 1.0      | expected a whole number from 0 to 1000000000000000",
        "network_down | 1000000000000001 | expected a whole number from 0 to 1000000000000000",
        "devices      | {}       | expected a list of 0 to 256",
      })
  void store_invalidHeartbeat_rejectsTheRequest(String field, String value, String expected) {
    var body =
        new JsonArray()
            .add(heartbeat(CLIENT, 1))
            .add(heartbeat(CLIENT, 2))
            .add(heartbeat(CLIENT, 3))
            .add(heartbeat(CLIENT, 4).put(field, "@"))
            .encode()
            .replace("\"@\"", value);

    assertRejected(body, "[3]." + field + ": " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                 | device_index: missing, expected a whole number",
        "{\"device_index\":0}               | name: missing, expected 1 to 255 characters",
        "{\"device_index\":0,\"name\":\"\"} | name: expected 1 to 255 characters",
        "{\"device_index\":-1,\"name\":\"x\"} | device_index: expected a whole number from 0",
        "{\"device_index\":7,\"name\":\"x\"} | device_index: expected a unique index",
        "{\"device_index\":8,\"name\":\"x\",\"uuid\":\"index-7\"} |"
            + " uuid: expected a unique uuid",
        "{\"device_index\":0,\"name\":\"x\",\"usage\":101} | usage: expected 0 to 100",
        "{\"device_index\":0,\"name\":\"x\",\"temp\":\"hot\"} | temp: expected -100 to 1000",
        "{\"device_index\":0,\"name\":\"x\",\"fault\":\"\\u0000\"} | fault: expected text without",
        "[]                                 | ",
      })
  void store_invalidDevice_rejectsTheRequest(String device, String message) {
    var body =
        heartbeat(CLIENT, 1)
            .put("devices", new JsonArray().add(new JsonObject().put("device_index", 7)))
            .encode()
            .replace("{\"device_index\":7}", "{\"device_index\":7,\"name\":\"x\"}," + device);

    assertRejected(body, "devices[1]" + (message == null ? ": expected an object" : "." + message));
  }

  @Test
  void store_tooManyOrNone_areRejectedBeforeValidation() {
    var zeros = "0,".repeat(400_000) + "0";

    assertRejected("[]", "body: expected a list of 1 to 1000");
    assertRejected("[" + zeros + "]", "body: expected a list of 1 to 1000");
    assertRejected(
        heartbeat(CLIENT, 1).put("devices", "@").encode().replace("\"@\"", "[" + zeros + "]"),
        "devices: expected a list of 0 to 256");
  }

  private static void assertRejected(String body, String message) {
    var response = NODE.post(PATH, body);
    assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(message);
    assertThat(NODE.services().calls).isEmpty();
  }

  private static void assertTotals(
      JsonObject response, int accepted, int duplicate, int outOfRange, int unknown) {
    assertThat(response.getJsonObject("data"))
        .isEqualTo(
            new JsonObject()
                .put("accepted", accepted)
                .put("duplicate", duplicate)
                .put("out_of_range", outOfRange)
                .put("unknown", unknown));
  }

  private static JsonObject heartbeat(String client, int second) {
    return new JsonObject()
        .put("client_id", client)
        .put("timestamp", "2025-07-29T17:55:%02dZ".formatted(second))
        .put("cpu_usage", 1)
        .put("mem_usage", 2)
        .put("disk_usage", 3);
  }

  private static DeviceReading deviceWithMemory(
      int index, String name, long usedBytes, long totalBytes) {
    return new DeviceReading(
        new DeviceIdentity(index, "index-" + index, name),
        OptionalDouble.empty(),
        new DeviceMemory(OptionalLong.of(usedBytes), OptionalLong.of(totalBytes)),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static long toMillis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }
}
