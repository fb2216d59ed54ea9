package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.RawWebSocket;
import io.muster.runtime.config.HostPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * A well-behaved client of {@code /usage} that receives an update each second from a {@link
 * NumberedInspectionService}, as its only client.
 */
final class UsageSubscriber implements AutoCloseable {
  private final RawWebSocket client;
  private int updates;

  /** Subscribes, and receives the system information. */
  UsageSubscriber(HostPort server, String host) throws IOException {
    client =
        RawWebSocket.open(server, "/usage/" + host + "?interval=1").sendText("subscribe:usage");
    assertThat(client.nextText()).isEqualTo("{\"status\":\"subscribed\"}");
    assertThat(nextMessage().getString("type")).isEqualTo("system_info");
  }

  /** Receives the next message, which must be the update of the next sampling. */
  void receiveUpdate() throws IOException {
    var update = nextMessage();
    assertThat(update.getString("type")).as("%s", update).isEqualTo("usage_update");
    assertThat(update.getInteger("ram_used_mb"))
        .as("the number of the sampling")
        .isEqualTo(++updates);
  }

  int updates() {
    return updates;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private JsonObject nextMessage() throws IOException {
    return new JsonObject(client.nextText());
  }
}
