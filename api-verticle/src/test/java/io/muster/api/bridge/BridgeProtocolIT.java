package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.AsyncApiSchemas;
import io.muster.api.EventReader;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.EventTopic;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuValues;
import io.muster.schema.json.WireJson;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of the bridge, over a plain WebSocket. */
@Timeout(120)
class BridgeProtocolIT {
  private static final String ADDRESS = "muster.host.a";

  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void register_host_getsTheNewestFrameAndEachFollowingOneAsHttpReturnsIt() throws IOException {
    node.publish(TestFrame.of("a").section(Section.GPU, "[{\"name\":\"\u00e4\"}]").build());
    node.publish(TestFrame.of("b").build());
    try (var client = BridgeClient.open(node)) {
      client.register(ADDRESS);
      assertThat(client.nextText()).isEqualTo(received(node.get("/snapshot?host=a").body()));

      node.publish(TestFrame.of("b").sequence(2).build());
      node.publish(TestFrame.of("a").sequence(2).build());
      assertThat(client.nextText()).isEqualTo(received(node.get("/snapshot?host=a").body()));
      client.assertNothingElse();
    }
  }

  @Test
  void register_events_getsEachFleetEventThatFollows() throws IOException {
    var event =
        new FleetEvent(
            Optional.of(7L),
            "2026-08-08T12:34:56.789000Z",
            EventKind.GPU_LOST,
            EventPhase.BEGIN,
            Optional.empty(),
            EventSubject.ofGpu("a", "6e1131b4b9cc454aa6ce3294ab860b2d", "GPU-0"),
            Map.of());
    try (var client = BridgeClient.open(node)) {
      client.register("muster.events").assertNothingElse();
      EventTopic.on(node.vertx()).publish(List.of(event));

      assertThat(client.nextText())
          .isEqualTo(
              "{\"type\":\"rec\",\"address\":\"muster.events\",\"body\":"
                  + new String(WireJson.bytes(event), UTF_8)
                  + "}");
    }
  }

  @Test
  void register_unknownHost_getsItsFramesOnceItReports() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.register(ADDRESS).assertNothingElse();

      node.publish(TestFrame.of("a").build());
      assertThat(client.nextText()).isEqualTo(received(node.get("/snapshot?host=a").body()));
    }
  }

  @Test
  void register_summary_getsTheSumsOfTheFleetAtEachTick() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.register("muster.summary");
      assertThat(client.nextText())
          .contains("\"hosts\":{\"count\":0,", "\"utilization_percent\":null");

      node.publish(TestFrame.of("a").section(Section.GPU, gpus(10, 30)).simulated().build());
      assertThat(client.next().getJsonObject("body").getJsonObject("gpus"))
          .isEqualTo(
              new JsonObject(
                  "{\"count\":2,\"power_watts\":1000,\"states\":{\"ok\":2},"
                      + "\"utilization_percent\":20.0}"));

      node.publish(TestFrame.of("b").section(Section.GPU, gpus(80)).build());
      assertThat(client.nextText())
          .isEqualTo(
              "{\"type\":\"rec\",\"address\":\"muster.summary\",\"body\":{"
                  + "\"at\":\"2026-08-08T12:35:00Z\",\"cpu_utilization_percent\":null,"
                  + "\"gpus\":{\"count\":3,\"power_watts\":1500,\"states\":{\"ok\":3},"
                  + "\"utilization_percent\":40.0},"
                  + "\"hosts\":{\"count\":2,\"simulated\":1,\"states\":{\"ok\":2}},"
                  + "\"memory_utilization_percent\":null}}");
    }
  }

  @Test
  void register_fleet_getsTheFullStateAndThenTheChanges() throws IOException {
    node.publish(TestFrame.of("a").section(Section.GPU, gpus(10)).build());
    try (var client = BridgeClient.open(node);
        var stream = node.openEvents("/events?view=fleet")) {
      client.register("muster.fleet");
      assertThat(client.nextText()).isEqualTo(received("muster.fleet", data(stream)));

      node.publish(TestFrame.of("a").sequence(2).section(Section.GPU, gpus(11)).build());
      var change = client.nextText();
      assertThat(change).contains("\"type\":\"tick\"");
      assertThat(change).isEqualTo(received("muster.fleet", data(stream)));
      client.unregister("muster.fleet").assertNothingElse();

      node.publish(TestFrame.of("a").sequence(3).section(Section.GPU, gpus(12)).build());
      client.assertNothingElse();
    }
  }

  @Test
  void unregister_registeredAddress_getsNothingMore() throws IOException {
    node.publish(TestFrame.of("a").build());
    try (var client = BridgeClient.open(node)) {
      client.register(ADDRESS);
      assertThat(client.next().getString("address")).isEqualTo(ADDRESS);
      client.unregister(ADDRESS).unregister(ADDRESS).unregister("muster.host.never");
      client.assertNothingElse();

      node.publish(TestFrame.of("a").sequence(2).build());
      client.assertNothingElse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "muster.hosts|{}|/hosts",
        "muster.hosts|{\"alive\":true}|/hosts?alive=true",
        "muster.snapshot|{\"host\":\"a\"}|/snapshot?host=a",
        "muster.snapshot|{\"host\":\"a\",\"include\":[\"gpu\",\"cpu\"]}|/snapshot?host=a&include=gpu,cpu",
        "muster.snapshot|{\"pretty\":1,\"host\":null}|/snapshot?pretty=1"
      })
  void send_query_repliesWithTheBodyOfTheHttpResponse(
      String address, String parameters, String target) throws IOException {
    node.publish(TestFrame.of("a").section(Section.GPU, "[{\"name\":\"x\"}]").build());
    node.publish(TestFrame.of("b").build());
    try (var client = BridgeClient.open(node)) {
      assertThat(client.query(address, new JsonObject(parameters)))
          .isEqualTo(
              "{\"type\":\"rec\",\"address\":\"reply-1\",\"body\":"
                  + node.get(target).body()
                  + "}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "muster.snapshot|{\"host\":\"x\"}|404|unknown host 'x'",
        "muster.hosts|{\"alive\":\"maybe\"}|400|alive=maybe: expected true or false",
        "muster.hosts|{\"alive\":{}}|400|alive: expected a text, a number, a boolean, or a list of them",
        "muster.snapshot|{\"include\":[[]]}|400|include: expected a text, a number, a boolean, or a list of them",
        "muster.clients|{}|400|user_id: missing, expected 1 to 255 characters",
        "muster.clients|{\"user_id\":\"u\"}|503|no consumer at muster.registry",
        "muster.devices.history|{\"uuid\":\"u\",\"z\":1}|400|unknown parameter z: expected from, host, metrics, points, step, to"
      })
  void send_invalidQuery_failsWithTheStatusAndTheMessageOfHttp(
      String address, String parameters, int status, String message) throws IOException {
    node.publish(TestFrame.of("a").build());
    try (var client = BridgeClient.open(node)) {
      assertThat(new JsonObject(client.query(address, new JsonObject(parameters))))
          .isEqualTo(
              new JsonObject()
                  .put("type", "err")
                  .put("address", "reply-1")
                  .put("failureCode", status)
                  .put("failureType", "RECIPIENT_FAILURE")
                  .put("message", message));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"muster.heartbeats", "muster.summary", "muster.registry", "", "muster"})
  void send_otherAddress_isDeniedAndFailsTheReply(String address) throws IOException {
    try (var client = BridgeClient.open(node)) {
      assertThat(client.query(address, new JsonObject()))
          .isEqualTo("{\"body\":\"access_denied\",\"type\":\"err\"}");
      assertThat(client.nextText())
          .isEqualTo(
              "{\"address\":\"reply-1\",\"failureCode\":403,\"failureType\":\"NO_HANDLERS\","
                  + "\"message\":\"access_denied\",\"type\":\"err\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "|invalid_json",
        "x|invalid_json",
        "[]|invalid_json",
        "null|invalid_json",
        "\"ping\"|invalid_json",
        "{\"type\":\"ping\"|invalid_json",
        "{\"type\":\"ping\",\"type\":\"ping\"}|invalid_json",
        "{\"type\":\"send\",\"address\":\"muster.hosts\",\"replyAddress\":\"\\ud800\"}|invalid_json",
        "{\"type\":\"send\",\"address\":\"muster.snapshot\",\"body\":{\"host\":[\"a\\udc00\"]}}|invalid_json",
        "{\"type\":\"send\",\"address\":\"muster.snapshot\",\"body\":{\"\\ud800\":{}}}|invalid_json",
        "{}|missing_type",
        "{\"type\":1}|missing_type",
        "{\"type\":\"register\"}|missing_address",
        "{\"type\":\"register\",\"address\":{}}|missing_address",
        "{\"type\":\"listen\",\"address\":\"muster.summary\"}|invalid_type",
        "{\"type\":\"register\",\"address\":\"muster.host.\"}|access_denied",
        "{\"type\":\"register\",\"address\":\"muster.snapshot\"}|access_denied",
        "{\"type\":\"register\",\"address\":\"__vertx\"}|access_denied",
        "{\"type\":\"unregister\",\"address\":\"x\"}|access_denied",
        "{\"type\":\"publish\",\"address\":\"muster.summary\",\"body\":1}|access_denied",
        "{\"type\":\"publish\",\"address\":\"muster.hosts\"}|access_denied",
        "{\"type\":\"send\",\"address\":\"muster.hosts\",\"replyAddress\":1}|invalid_reply_address",
        "{\"type\":\"send\",\"address\":\"muster.hosts\",\"replyAddress\":\"1234567890123456789012345678901234567\"}|invalid_reply_address"
      })
  void send_invalidMessage_isAnsweredAsByVertx(String message, String error) throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.sendText(message == null ? "" : message);
      assertThat(client.nextText()).isEqualTo("{\"body\":\"" + error + "\",\"type\":\"err\"}");
      client.assertNothingElse();
    }
    assertThat(
            node.get("/metrics")
                .body()
                .contains("muster_api_bridge_refused_total{error=\"" + error + "\"} 1.0"))
        .isTrue();
  }

  @Test
  void errors_all_areThoseOfTheAsyncApiDocument() {
    assertThat(
            AsyncApiSchemas.of(node)
                .document()
                .getJsonObject("components")
                .getJsonObject("messages")
                .getJsonObject("BridgeError")
                .getJsonObject("payload")
                .getJsonObject("properties")
                .getJsonObject("body")
                .getJsonArray("enum"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(BridgeError.values()).map(BridgeError::body).toList());
  }

  @Test
  void send_nestedJson_isInvalid() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.sendText("{\"a\":".repeat(500) + "1" + "}".repeat(500));
      assertThat(client.next().getString("body")).isEqualTo("invalid_json");
    }
  }

  @Test
  void register_longAddress_isRejected() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.register("muster.host." + "x".repeat(189));
      assertThat(client.next().getString("body")).isEqualTo("max_address_length_reached");
      client.register("muster.host." + "x".repeat(188)).assertNothingElse();
    }
  }

  @Test
  void register_again_isRejectedUntilItIsUnregistered() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.register(ADDRESS).register(ADDRESS);
      assertThat(client.next().getString("body")).isEqualTo("address_already_registered");
      client.unregister(ADDRESS).register(ADDRESS).assertNothingElse();
    }
  }

  @Test
  void register_overTheLimit_isRejectedUntilAnAddressIsUnregistered() throws IOException {
    try (var client = BridgeClient.open(node)) {
      for (var number : IntStream.range(0, 1000).toArray()) {
        client.register("muster.host.h" + number);
      }
      client.register("muster.host.h1000");
      assertThat(client.next().getString("body")).isEqualTo("max_handlers_reached");
      client.unregister("muster.host.h7").register("muster.host.h1000").assertNothingElse();
    }
  }

  @Test
  void send_withoutAReplyAddress_hasNoEffect() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client
          .send(new JsonObject(Map.of("type", "send", "address", "muster.hosts")))
          .send(new JsonObject(Map.of("type", "ping")))
          .assertNothingElse();
    }
  }

  @Test
  void send_largeMessage_isRejectedByItsCloseCode() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.sendText("{\"type\":\"" + "x".repeat(5000) + "\"}");
      assertThat(client.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void stop_openSession_isClosedAndItsRegistrationsAreGone() throws IOException {
    try (var client = BridgeClient.open(node)) {
      client.register(ADDRESS).assertNothingElse();
      node.undeploy();
      assertThat(client.closeCode()).isEqualTo(1001);
    }
    assertThat(node.meters().get("muster.api.bridge").gauge().value()).isZero();
  }

  private static String received(String body) {
    return received(ADDRESS, body);
  }

  private static String received(String address, String body) {
    return "{\"type\":\"rec\",\"address\":\"" + address + "\",\"body\":" + body + "}";
  }

  /** The data of the next event. */
  private static String data(EventReader stream) throws IOException {
    return stream.next().orElseThrow().replaceAll("(?s).*\ndata: (.*)\n\n", "$1");
  }

  /** GPUs of 500 W with these utilizations. */
  private static String gpus(int... utilizations) {
    return IntStream.of(utilizations)
        .mapToObj(
            utilization ->
                FrameTestData.gpu(
                    "GPU-" + utilization,
                    "a",
                    GpuValues.builder()
                        .with(GpuReading.UTILIZATION, utilization)
                        .with(GpuReading.POWER_CONSUMPTION, 500)
                        .build()))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(), gpus -> new String(WireJson.bytes(gpus), UTF_8)));
  }
}
