package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bridge.BridgeClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The queries of the event-bus bridge that are operations of the REST interface. */
@Timeout(120)
class BridgeQueriesIT {
  private static final RestTestNode NODE = RestTestNode.start();

  @AfterAll
  static void close() {
    NODE.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "muster.clients|{\"user_id\":\"12\"}|/api/user/client_list?user_id=12",
        "muster.clients|{\"user_id\":\"ä &=%+\",\"limit\":2,\"name\":\"\"}|/api/user/client_list?user_id=%C3%A4%20%26%3D%25%2B&limit=2&name=",
        "muster.devices.history|{\"uuid\":\"GPU/1\",\"points\":3,\"metrics\":[\"power\",\"energy\"]}|/api/devices/GPU%2F1/history?points=3&metrics=power,energy",
        "muster.fleet.at|{\"at\":\"2026-08-08T12:00:00Z\"}|/api/fleet?at=2026-08-08T12:00:00Z",
        "muster.events.list|{\"kind\":\"gpu_lost\",\"limit\":2}|/api/events?kind=gpu_lost&limit=2"
      })
  void send_query_callsTheServiceAndRepliesAsTheOperationDoes(
      String address, String parameters, String target) throws IOException {
    NODE.services().calls.clear();
    var response = NODE.get(target).body();
    try (var client = BridgeClient.open(NODE.node())) {
      assertThat(client.query(address, new JsonObject(parameters)))
          .isEqualTo("{\"type\":\"rec\",\"address\":\"reply-1\",\"body\":" + response + "}");
    }

    assertThat(response).startsWith("{\"success\":true,");
    assertThat(NODE.services().calls).hasSize(2);
    assertThat(NODE.services().calls.get(0)).isEqualTo(NODE.services().calls.get(1));
  }
}
