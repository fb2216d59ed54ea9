package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.AsyncApiSchemas;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.bridge.BridgeClient;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.EventTopic;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of a node are those of the AsyncAPI document that it serves. */
@Timeout(120)
class AsyncApiIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final AsyncApiSchemas SCHEMAS = AsyncApiSchemas.of(NODE.node());

  private int sequence;

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void publish() {
    NODE.node().publish(TestFrame.of("a").sequence(++sequence).build());
  }

  @Test
  void document_served_isJson() {
    var response = NODE.get("/asyncapi.json", "Accept-Encoding: gzip");

    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("content-encoding")).contains("gzip");
    assertThat(SCHEMAS.document().getString("asyncapi")).isEqualTo("3.0.0");
    assertThat(NODE.send("POST", "/asyncapi.json").status()).isEqualTo(405);
  }

  @ParameterizedTest
  @CsvSource({"/events, Snapshot", "/events?view=fleet, State|Tick"})
  void events_ofAStream_matchTheDocument(String target, String messages) throws IOException {
    try (var reader = EventReader.open(NODE.address(), target)) {
      publish();
      for (var message : messages.split("\\|")) {
        publish();
        assertEvent(message, reader.next().orElseThrow());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"/events?replay=1, Snapshot", "/events?view=fleet&replay=1, State"})
  void events_afterAGap_matchTheDocument(String target, String message) throws IOException {
    try (var socket = Exchange.connect(NODE.address())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: x\r\n\r\n")
                  .getBytes(UTF_8));
      var reader = EventReader.of(socket);

      assertEvent("Reset", reader.next().orElseThrow());
      assertEvent(message, reader.next().orElseThrow());
    }
  }

  @Test
  void events_ofTheFleet_matchTheDocument() throws IOException {
    try (var reader = EventReader.open(NODE.address(), "/events?view=fleet");
        var client = BridgeClient.open(NODE.node())) {
      assertEvent("State", reader.next().orElseThrow());
      client.register("muster.events").query("muster.hosts", new JsonObject());
      EventTopic.on(NODE.vertx()).publish(List.of(event()));

      SCHEMAS.assertValid("FleetEventMessage", new JsonObject(client.nextText()).getValue("body"));
      var event = reader.next().orElseThrow();
      while (event.startsWith("event: tick")) {
        event = reader.next().orElseThrow();
      }
      assertEvent("Change", event);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "muster.fleet, FleetStateOrTick",
    "muster.summary, Summary",
    "muster.host.a, HostFrame"
  })
  void register_address_getsMessagesOfTheDocument(String address, String message)
      throws IOException {
    try (var client = BridgeClient.open(NODE.node())) {
      client.register(address);
      var received = new JsonObject(client.nextText());

      SCHEMAS.assertValid("BridgeReceived", received);
      SCHEMAS.assertValid(message, received.getValue("body"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "muster.snapshot | Snapshot | {\"host\":\"a\"}",
        "muster.hosts | Hosts | {\"alive\":true}",
        "muster.clients | Clients | {\"user_id\":\"12\"}",
        "muster.devices.history | DeviceHistory | {\"uuid\":\"GPU-1\",\"points\":3}",
        "muster.fleet.at | FleetAt | {\"at\":\"2026-08-08T12:00:00Z\"}",
        "muster.events.list | EventList | {\"limit\":2}"
      })
  void send_query_isThatOfTheDocument(String address, String message, String parameters)
      throws IOException {
    try (var client = BridgeClient.open(NODE.node())) {
      var reply = new JsonObject(client.query(address, new JsonObject(parameters)));

      SCHEMAS.assertValid(message + "Query", parameters);
      SCHEMAS.assertValid("BridgeReceived", reply);
      SCHEMAS.assertValid(message + "Reply", reply.getValue("body"));
    }
  }

  @Test
  void send_rejected_getsTheErrorsOfTheDocument() throws IOException {
    try (var client = BridgeClient.open(NODE.node())) {
      var error = new JsonObject(client.query("muster.unknown", new JsonObject()));
      var failure = new JsonObject(client.nextText());

      SCHEMAS.assertValid("BridgeError", error);
      SCHEMAS.assertValid("BridgeFailure", failure);
      SCHEMAS.assertValid(
          "BridgeFailure", client.query("muster.snapshot", new JsonObject().put("host", "nobody")));
    }
  }

  private static void assertEvent(String message, String event) {
    assertThat(event).startsWith("event: " + message.toLowerCase(Locale.ROOT) + "\n");
    SCHEMAS.assertValid(message, event.substring(event.indexOf("\ndata: ") + 7));
  }

  private static FleetEvent event() {
    return new FleetEvent(
        Optional.of(7L),
        "2026-08-08T12:34:56.789000Z",
        EventKind.GPU_LOST,
        EventPhase.BEGIN,
        Optional.empty(),
        EventSubject.ofGpu("a", "6e1131b4b9cc454aa6ce3294ab860b2d", "GPU-0"),
        Map.of());
  }
}
