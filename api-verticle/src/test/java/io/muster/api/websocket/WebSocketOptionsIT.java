package io.muster.api.websocket;

import static io.muster.api.websocket.RawWebSocket.PING;
import static io.muster.api.websocket.RawWebSocket.PONG;
import static io.muster.api.websocket.RawWebSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostSelector;
import io.muster.api.fleet.TestFrame;
import io.muster.api.socktop.SocktopConfig;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.usage.UsageConfig;
import io.muster.api.usage.UsageEndpoint;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.transport.BusService;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Idle timeouts and pings of each endpoint. */
@Timeout(180)
class WebSocketOptionsIT {
  private static final String HOST = "a";

  private final WebSocketTestServer server = WebSocketTestServer.of(WebSocketOptionsIT::router);

  @AfterEach
  void close() {
    server.close();
  }

  /** The socktop client treats every frame as a reply. */
  @Test
  void socktop_idleClient_isNeverPingedAndClosedAfterTenMinutes() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/ws")) {
      server.advanceSeconds(599);
      assertThat(client.sendText("{}").nextText()).as("the first frame").startsWith("{\"error\":");

      server.advanceSeconds(600);
      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  @Test
  void socktop_pingOfTheClient_isAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/ws")) {
      var pong =
          client.sendBytes(frame(PING, true, "abc".getBytes(UTF_8))).nextFrame().orElseThrow();

      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.text()).isEqualTo("abc");
    }
  }

  @Test
  void usage_idleSubscriber_isPingedAndClosedAfterTwoMissedPings() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/usage?auto=1")) {
      assertThat(client.nextText()).contains("subscribed");
      assertThat(client.nextText()).contains("stale");

      server.advanceSeconds(30);
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PING);
      client.sendBytes(frame(PONG, true, new byte[0])).sendText("ping");
      assertThat(client.nextText()).contains("pong");
      server.advanceSeconds(90);

      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  @Test
  void usage_clientThatNeverSubscribes_isClosedAfterHalfAMinute() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/usage")) {
      server.advanceSeconds(29);
      assertThat(client.sendText("ping").nextText()).contains("pong");
      server.advanceSeconds(1);

      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }

  /** No collector samples the host that the endpoints serve. */
  private static Router router(WebSocketTestServer server) {
    var clocks = Clocks.system();
    var view =
        new FleetView(
            "fleet",
            TestFrame.FLEET_LIMITS,
            clocks.nanoTime(),
            new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
    view.offer(TestFrame.of(HOST).build());
    var hosts = new HostSelector(view, HOST);
    var reader = new ConfigReader(SettingSources.of(Map.of()));
    var node = createNode(server.vertx(), clocks);
    var webSockets = server.webSocketServer();
    var router = Router.router(server.vertx());
    new SocktopEndpoint(node, hosts, SocktopConfig.from(reader), webSockets).mount(router);
    new UsageEndpoint(node, hosts, UsageConfig.from(reader), webSockets).mount(router);
    return router;
  }

  private static Node createNode(Vertx vertx, Clocks clocks) {
    var meterRegistry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return new Node(
        vertx,
        HOST,
        "fleet",
        "0",
        clocks,
        new HealthChecks(),
        meterRegistry,
        new BusService(vertx, meterRegistry, clocks.nanoTime()),
        Map::of);
  }
}
