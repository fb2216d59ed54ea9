package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.AsyncApiSchemas;
import io.muster.api.EventReader;
import io.muster.api.bridge.BridgeClient;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;
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
        var event = reader.next().orElseThrow();
        assertThat(event).startsWith("event: " + message.toLowerCase(Locale.ROOT));
        SCHEMAS.assertValid(message, event.substring(event.indexOf("\ndata: ") + 7));
      }
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
  void receive_channels_areAllQueriesOfTheBridge() {
    var queries =
        SCHEMAS.document().getJsonObject("operations").stream()
            .map(operation -> (JsonObject) operation.getValue())
            .filter(operation -> operation.getString("action").equals("receive"))
            .map(operation -> operation.getJsonObject("channel").getString("$ref"))
            .map(channel -> channel.substring("#/channels/".length()))
            .map(SCHEMAS.document().getJsonObject("channels")::getJsonObject)
            .map(channel -> channel.getString("address"))
            .filter(address -> address.startsWith("muster."));

    assertThat(queries)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of("snapshot", "hosts", "clients", "devices.history", "fleet.at", "events.list")
                .map(name -> "muster." + name)
                .toList());
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
}
