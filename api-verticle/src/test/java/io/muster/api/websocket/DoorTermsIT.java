package io.muster.api.websocket;

import static io.muster.api.websocket.RawWebSocket.PING;
import static io.muster.api.websocket.RawWebSocket.PONG;
import static io.muster.api.websocket.RawWebSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.TestFrame;
import io.muster.api.inspection.HostChoice;
import io.muster.api.socktop.Answers;
import io.muster.api.socktop.SocktopConfig;
import io.muster.api.socktop.SocktopDoor;
import io.muster.api.usage.UsageConfig;
import io.muster.api.usage.UsageDoor;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.node.Clocks;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long each door bears a silent client, and whether it asks it for a sign of life. */
@Timeout(60)
class DoorTermsIT {
  private static final String HOST = "a";

  private final SocketServer server = SocketServer.of(DoorTermsIT::doors);

  @AfterEach
  void close() {
    server.close();
  }

  /** The client takes every frame for an answer. */
  @Test
  void socktop_silentClient_isNeverPingedAndLeftAfterTenMinutes() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/ws")) {
      server.tick(599);
      assertThat(client.text("{}").nextText()).as("the first frame").startsWith("{\"error\":");

      server.tick(600);
      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  @Test
  void socktop_pingOfTheClient_isAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/ws")) {
      var pong = client.bytes(frame(PING, true, "abc".getBytes(UTF_8))).next().orElseThrow();

      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.text()).isEqualTo("abc");
    }
  }

  @Test
  void usage_silentSubscriber_isPingedAndLeftAfterTwoMisses() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/usage?auto=1")) {
      assertThat(client.nextText()).contains("subscribed");
      assertThat(client.nextText()).contains("stale");

      server.tick(30);
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PING);
      client.bytes(frame(PONG, true, new byte[0])).text("ping");
      assertThat(client.nextText()).contains("pong");
      server.tick(90);

      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  @Test
  void usage_clientThatNeverSubscribes_isLeftAfterHalfAMinute() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/usage")) {
      server.tick(29);
      assertThat(client.text("ping").nextText()).contains("pong");
      server.tick(1);

      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }

  /** Nobody collects the host that they show. */
  private static Router doors(SocketServer server) {
    var clocks = Clocks.system();
    var view = new FleetView("fleet", clocks.nanoTime());
    view.offer(TestFrame.of(HOST).build());
    var hosts = new HostChoice(view, HOST);
    var settings = new ConfigReader(SettingSources.of(Map.of()));
    var config = SocktopConfig.from(settings);
    var answers =
        new Answers(
            config,
            hosts,
            clocks,
            (host, patience) -> {
              throw new FleetException(Code.HOST_UNKNOWN, host);
            });
    var socktop = new SocktopDoor(config, hosts, answers, server.sockets());
    var usage =
        new UsageDoor(server.vertx(), clocks, hosts, UsageConfig.from(settings), server.sockets());
    var router = Router.router(server.vertx());
    router.route("/ws").handler(socktop::handle);
    router.route("/usage").handler(usage::handle);
    return router;
  }
}
