package io.muster.api;

import static io.muster.api.websocket.RawWebSocket.CLOSE;
import static io.muster.api.websocket.RawWebSocket.frame;
import static io.muster.api.websocket.RawWebSocket.textFrame;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.RawWebSocket;
import io.muster.testkit.AssertionPoller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake, the limits and the closing of WebSockets at both endpoints. */
@Timeout(180)
class WebSocketEndpointsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String TOKEN = "api.token";
  private static final String SECRET = "s3cret";
  private static final String PER_ADDRESS = "api.limits.websockets_per_address";
  private static final String UPGRADES = "api.limits.upgrades_per_second";

  /** The newest comes first: clients are closed before their node. */
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  @AfterEach
  void close() throws Exception {
    for (var each : resources) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ws",
        "/ws/node-1",
        "/ws/nowhere",
        "/ws?token=wrong",
        "/ws?token=",
        "/usage",
        "/usage?host=node-1",
        "/usage?token=S3CRET",
      })
  void open_unauthenticated_is401(String target) throws IOException {
    var node = start(Map.of(TOKEN, SECRET));

    assertThat(handshake(node, target).status()).isEqualTo(401);
    assertThat(handshake(node, target, "Authorization: Bearer wrong").status()).isEqualTo(401);
    assertThat(handshake(node, target).head()).containsIgnoringCase("www-authenticate: Bearer\r\n");
    assertThat(openedSockets(node)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/ws/node-1", "/usage", "/usage/node-1"})
  void open_withTheToken_isAccepted(String target) throws IOException {
    var node = start(Map.of(TOKEN, SECRET));

    assertThat(handshake(node, target + "?token=" + SECRET).status()).isEqualTo(101);
    assertThat(handshake(node, target, "Authorization: Bearer " + SECRET).status()).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/ws?token=wrong", "/ws/node-1", "/ws/nowhere"})
  void open_unauthenticatedWithAgentAuth_isClosedWithoutCodeOrReason(String target)
      throws IOException {
    var node = start(Map.of(TOKEN, SECRET, "api.socktop.auth", "agent"));

    var client = open(node, target).sendText("get_metrics");

    var close = client.nextFrame().orElseThrow();
    assertThat(close.opcode()).isEqualTo(CLOSE);
    assertThat(close.payload()).isEmpty();
    client.sendBytes(frame(CLOSE, true, new byte[0]));
    assertThat(client.nextFrame()).isEmpty();
    assertThat(handshake(node, "/usage").status()).as("another endpoint").isEqualTo(401);
    assertThat(node.get("/snapshot").status()).isEqualTo(401);
    assertDisks(open(node, "/ws?token=" + SECRET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/../snapshot", "/ws/%2e%2e/metrics", "/ws/./../hosts", "/ws/a/b"})
  void get_anotherPathBehindThatOfAgentAuth_needsTheToken(String target) {
    var node = start(Map.of(TOKEN, SECRET, "api.socktop.auth", "agent"));

    assertThat(node.get(target).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "/ws, https://evil.example, 403",
    "/usage, https://evil.example, 403",
    "/ws, null, 403",
    "/usage, null, 403",
    "/usage, http://grafana.example, 403",
    "/ws, https://grafana.example, 101",
    "/usage, https://grafana.example, 101",
    "/ws, http://127.0.0.1:3000, 101",
    "/usage, https://127.0.0.1, 101",
  })
  void open_byAPage_dependsOnItsOrigin(String target, String origin, int status)
      throws IOException {
    var node = start(Map.of("api.cors_origins", "https://grafana.example"));

    assertThat(handshake(node, target, "Origin: " + origin).status()).isEqualTo(status);
    assertThat(rejections(node, "origin")).isEqualTo(status == 403 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/ws/nowhere, 404",
    "/ws?host=nowhere, 404",
    "/ws/, 404",
    "/ws/node-1/, 404",
    "/ws/node-1/x, 404",
    "/ws?host=node-1&host=gpu07, 400",
    "/usage/nowhere, 404",
    "/usage?host=nowhere, 404",
    "/usage/, 404",
    "/usage/node-1/, 404",
    "/usage?host=node-1&host=gpu07, 400",
    "/usage?interval=soon, 400",
  })
  void open_unknownTarget_isRejectedBeforeTheUpgrade(String target, int status) throws IOException {
    assertThat(handshake(start(Map.of()), target).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/ws/node-1", "/usage", "/usage/node-1"})
  void request_noHandshake_is426(String target) {
    var node = start(Map.of());

    var plain = node.get(target);
    assertThat(plain.status()).isEqualTo(426);
    assertThat(plain.header("upgrade")).contains("websocket");
    assertThat(plain.body()).contains("WebSocket");
    var posted = node.send("POST", target, "Content-Length: 0");
    assertThat(posted.status()).isEqualTo(405);
    assertThat(posted.header("allow")).contains("GET,HEAD");
    assertThat(node.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void open_the17thOfOneAddress_is429UntilOneDisconnects() throws IOException {
    var node = start(Map.of(UPGRADES, ""));
    var clients = new ArrayList<RawWebSocket>();
    for (int pair = 0; pair < 8; pair++) {
      clients.add(open(node, "/ws"));
      clients.add(open(node, "/usage"));
    }

    var rejected = handshake(node, "/ws");
    assertThat(rejected.status()).isEqualTo(429);
    assertThat(rejected.head()).containsIgnoringCase("retry-after: 1\r\n");
    assertThat(handshake(node, "/usage").status()).isEqualTo(429);
    assertThat(rejections(node, "connections")).isEqualTo(2);

    clients.get(0).close();
    AssertionPoller.awaitAssertion(TIMEOUT, () -> assertThat(openSockets(node)).isEqualTo(15));
    assertThat(handshake(node, "/usage").status()).isEqualTo(101);
    assertThat(handshake(node, "/ws").status()).isEqualTo(429);
  }

  @Test
  void open_the21stAtOnce_is429ForATenthOfASecond() throws IOException {
    var node = start(Map.of(UPGRADES, "", PER_ADDRESS, "0"));
    for (int handshake = 0; handshake < 10; handshake++) {
      open(node, "/ws");
      open(node, "/usage");
    }

    assertThat(handshake(node, "/usage").status()).isEqualTo(429);
    node.nanos().advance(Duration.ofMillis(100));
    assertThat(handshake(node, "/ws").status()).isEqualTo(101);
    assertThat(handshake(node, "/ws").status()).isEqualTo(429);
    assertThat(rejections(node, "upgrades")).isEqualTo(2);
  }

  @Test
  void handshake_rejected_countsTowardTheRate() throws IOException {
    var node = start(Map.of(UPGRADES, "2"));

    for (int pair = 0; pair < 2; pair++) {
      assertThat(handshake(node, "/ws", "Origin: https://attacker.example").status())
          .isEqualTo(403);
      assertThat(handshake(node, "/usage", "Sec-WebSocket-Key: second").status()).isEqualTo(400);
    }
    assertThat(handshake(node, "/ws", "Origin: https://attacker.example").status()).isEqualTo(429);
    assertThat(handshake(node, "/usage").status()).isEqualTo(429);
  }

  @Test
  void open_behindATrustedProxy_countsTheClientThatItNames() throws IOException {
    var node = start(Map.of(PER_ADDRESS, "1", "api.trusted_proxies", "127.0.0.1"));

    assertThat(handshake(node, "/ws", "X-Forwarded-For: 203.0.113.7").status()).isEqualTo(101);
    assertThat(handshake(node, "/usage", "X-Forwarded-For: 203.0.113.7").status()).isEqualTo(429);
    assertThat(handshake(node, "/usage", "X-Forwarded-For: 203.0.113.8").status()).isEqualTo(101);
    assertThat(handshake(node, "/ws", "X-Forwarded-For: 203.0.113.9, 203.0.113.7").status())
        .as("entries before the last may be forged by the client")
        .isEqualTo(429);
  }

  @Test
  void open_forwardedHeadersOfAnUntrustedPeer_countThePeer() throws IOException {
    var node = start(Map.of(PER_ADDRESS, "1"));

    assertThat(handshake(node, "/ws", "X-Forwarded-For: 203.0.113.7").status()).isEqualTo(101);
    assertThat(handshake(node, "/usage", "X-Forwarded-For: 203.0.113.8").status()).isEqualTo(429);
    assertThat(handshake(node, "/usage", "X-Real-IP: 203.0.113.9").status()).isEqualTo(429);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void open_throughAUnixSocket_hasNoLimit(@TempDir Path folder) throws IOException {
    var path = folder.resolve("m.sock");
    var node = start(Map.of(PER_ADDRESS, "1", "api.listen.unix", path.toString(), TOKEN, SECRET));

    for (int pair = 0; pair < 2; pair++) {
      assertDisks(closeAfterTest(RawWebSocket.open(path, "/ws")));
      closeAfterTest(RawWebSocket.open(path, "/usage"));
    }

    open(node, "/ws?token=" + SECRET);
    assertThat(handshake(node, "/ws?token=" + SECRET).status()).isEqualTo(429);
  }

  @Test
  void text_elevenAtOnceAtUsage_closesWith1008() throws IOException {
    var node = start(Map.of());
    var client = open(node, "/usage");
    for (int message = 0; message < 10; message++) {
      assertThat(client.sendText("ping").nextText()).isEqualTo("{\"type\":\"pong\"}");
    }
    node.nanos().advance(Duration.ofMillis(200));
    assertThat(client.sendText("ping").nextText()).contains("pong");

    assertThat(client.sendText("ping").closeCode()).isEqualTo(1008);
    assertThat(rejections(node, "messages")).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/usage"})
  void text_overTheSizeLimit_closesWith1009(String target) throws IOException {
    var node = start(Map.of());

    open(node, target).sendText("x".repeat(4096)); // Within the limit of both endpoints.
    assertThat(open(node, target).sendText("x".repeat(4097)).closeCode()).isEqualTo(1009);

    assertThat(rejections(node, "size")).isOne();
    AssertionPoller.awaitAssertion(TIMEOUT, () -> assertThat(receivedMessages(node)).isOne());
  }

  /** The requests before it are in progress, so that reading from the client is paused. */
  @Test
  void text_tooLargeAfterManyRequests_closesOnceBothSentClose() throws IOException {
    var client = open(start(Map.of()), "/ws");
    var bytes = new ByteArrayOutputStream();
    for (int pid = 1; pid <= 100; pid++) {
      bytes.writeBytes(textFrame("get_process_metrics:" + pid));
    }
    bytes.writeBytes(textFrame("x".repeat(4097)));

    assertThat(client.sendBytes(bytes.toByteArray()).closeCode()).isEqualTo(1009);
    var begin = System.nanoTime();
    client.sendBytes(frame(CLOSE, true, new byte[0]));
    assertThat(client.nextFrame()).isEmpty();
    assertThat(System.nanoTime() - begin)
        .as("before the close timeout of 5 s")
        .isLessThan(Duration.ofSeconds(4).toNanos());
  }

  @Test
  void undeploy_bothEndpoints_closeWith1001() throws IOException {
    var node = closeAfterTest(ApiNode.startWithSystemClocks(Map.of()));
    node.addHost(ApiNode.OWN_HOST, new NumberedInspectionService(node.vertx()));
    var requesting = open(node, "/ws");
    assertDisks(requesting);
    var subscribed = open(node, "/usage?interval=1").sendText("subscribe:usage");
    assertThat(subscribed.nextText()).contains("subscribed");
    var waiting = open(node, "/usage");

    var undeployed = node.vertx().undeploy(ApiNode.await(node.deployed()));

    for (var client : List.of(requesting, subscribed, waiting)) {
      assertThat(client.closeCode()).isEqualTo(1001);
      client.sendBytes(frame(CLOSE, true, new byte[] {3, (byte) 0xe9}));
      assertThat(client.nextFrame()).isEmpty();
    }
    ApiNode.await(undeployed);
    assertThat(openSockets(node)).isZero();
  }

  @Test
  void metrics_afterTraffic_countHandshakesAndMessages() throws IOException {
    var node = start(Map.of(PER_ADDRESS, "2"));
    assertDisks(open(node, "/ws"));
    open(node, "/usage").sendText("ping").nextText();
    handshake(node, "/ws");
    handshake(node, "/usage", "Origin: https://evil.example");
    node.get("/ws");

    assertThat(node.sampleValue("muster_api_websockets")).isEqualTo(2);
    assertThat(node.sampleValue("muster_api_websockets_opened_total")).isEqualTo(2);
    assertThat(node.sampleValue("muster_api_websockets_closed_total")).isZero();
    assertThat(node.sampleValue("muster_api_websocket_messages_received_total")).isEqualTo(2);
    assertThat(node.sampleValue("muster_api_websocket_messages_sent_total")).isEqualTo(2);
    for (var reason : List.of("connections", "origin", "handshake")) {
      var sample = "muster_api_websockets_refused_total{reason=\"" + reason + "\"}";
      assertThat(node.sampleValue(sample)).as(reason).isOne();
    }
  }

  /** Starts a node with one host. */
  private ApiNode start(Map<String, String> settings) {
    var node = closeAfterTest(ApiNode.start(ApiNode.config(settings)));
    node.addHost(ApiNode.OWN_HOST, new NumberedInspectionService(node.vertx()));
    return node;
  }

  private RawWebSocket open(ApiNode node, String target) throws IOException {
    return closeAfterTest(RawWebSocket.open(node.mainAddress(), target));
  }

  private RawWebSocket handshake(ApiNode node, String target, String... headers)
      throws IOException {
    return closeAfterTest(
        RawWebSocket.connect(
            node.mainAddress(), RawWebSocket.handshake(node.mainAddress(), target, headers)));
  }

  private <T extends AutoCloseable> T closeAfterTest(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Asserts that the client receives the reply to a request. */
  private static void assertDisks(RawWebSocket client) throws IOException {
    assertThat(client.sendText("get_disks").nextText()).startsWith("[{\"name\":\"/dev/a\"");
  }

  private static double openSockets(ApiNode node) {
    return node.meters().get("muster.api.websockets").gauge().value();
  }

  private static double openedSockets(ApiNode node) {
    return node.meters().get("muster.api.websockets.opened").counter().count();
  }

  private static double receivedMessages(ApiNode node) {
    return node.meters().get("muster.api.websocket.messages.received").counter().count();
  }

  private static double rejections(ApiNode node, String reason) {
    return node.meters()
        .get("muster.api.websockets.refused")
        .tag("reason", reason)
        .counter()
        .count();
  }
}
