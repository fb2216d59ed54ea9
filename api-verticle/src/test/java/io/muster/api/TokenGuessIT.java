package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import io.muster.api.http.Endpoint;
import io.muster.api.websocket.RawWebSocket;
import io.muster.schema.frame.LogCapture;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client guesses the token, over every endpoint. */
@Timeout(120)
class TokenGuessIT {
  private static final String SECRET = "right";
  private static final String RIGHT = "Authorization: Bearer " + SECRET;
  private static final String WRONG = "Authorization: Bearer wrong";
  private static final int BURST = 10;

  private final List<ApiNode> nodes = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    nodes.forEach(ApiNode::close);
  }

  @Test
  void guess_100Times_comparesTenTokensThenOneASecond() {
    var node = start(Map.of());

    var statuses =
        IntStream.range(0, 100)
            .mapToObj(guess -> node.get("/snapshot", "Authorization: Bearer guess-" + guess))
            .map(Exchange::status)
            .toList();

    assertThat(statuses.subList(0, BURST)).containsOnly(401);
    assertThat(statuses.subList(BURST, 100)).containsOnly(429);
    assertThat(node.get("/snapshot", RIGHT).status()).as("a guesser learns nothing").isEqualTo(429);
    assertThat(node.get("/snapshot").status()).as("without a token").isEqualTo(401);

    node.nanos().advance(Duration.ofSeconds(1));
    assertThat(node.get("/snapshot", RIGHT).status()).isEqualTo(200);
    assertThat(node.get("/snapshot", WRONG).status()).isEqualTo(401);
    assertThat(node.get("/snapshot", WRONG).status()).isEqualTo(429);
  }

  @Test
  @EnabledOnOs(OS.LINUX) // Elsewhere 127.0.0.2 needs to be configured.
  void send_rightTokenFromAnotherAddress_isAcceptedMeanwhile() throws IOException {
    var node = start(Map.of());
    guess(node, BURST);

    assertThat(node.get("/snapshot", RIGHT).status()).isEqualTo(429);
    assertThat(Exchange.getFrom("127.0.0.2", node.mainAddress(), "/snapshot", RIGHT).status())
        .isEqualTo(200);
  }

  @Test
  void send_rightTokenOnly_isNeverLimited() {
    var node = start(Map.of());

    for (int request = 0; request < 3 * BURST; request++) {
      assertThat(node.get("/hosts", RIGHT).status()).isEqualTo(200);
      assertThat(node.get("/hosts").status()).as("no token is no guess").isEqualTo(401);
      assertThat(node.get("/hosts", "Authorization: Bearer ").status()).isEqualTo(401);
      assertThat(node.send("OPTIONS", "/hosts", WRONG).status()).isEqualTo(200);
    }
  }

  @Test
  void guess_headersAndQueriesOnAllPaths_countTogether() throws IOException {
    var node = start(Map.of());
    for (var path : List.of("/metrics", "/nothing", "/api/models/get", "/docs")) {
      assertThat(node.get(path, WRONG).status()).isEqualTo(401);
      assertThat(node.get(path + "?token=wrong").status()).isEqualTo(401);
    }
    assertThat(handshake(node, "/ws", WRONG)).isEqualTo(401);
    assertThat(node.get("/readyz", WRONG).status()).isEqualTo(200);

    assertThat(node.get("/metrics", WRONG).status()).isEqualTo(429);
    assertThat(node.get("/metrics?token=" + SECRET).status()).isEqualTo(429);
    assertThat(node.get("/readyz", WRONG).status()).as("probes are answered").isEqualTo(200);
  }

  @Test
  void send_overTheLimit_isRejectedInTheFormatOfTheEndpoint() {
    var node = start(Map.of());
    guess(node, BURST);
    var vertx = Vertx.vertx();

    for (var endpoint : EndpointsIT.createEndpoints(vertx)) {
      for (var path : endpoint.paths()) {
        assertLimited(endpoint, node.get(path.replace(":host", "a").replace("*", "x"), RIGHT));
      }
    }
    ApiNode.await(vertx.close());
  }

  private static void assertLimited(Endpoint endpoint, Exchange response) {
    if (endpoint.isPublic()) {
      assertThat(response.status()).as("the asset has another name").isIn(200, 404);
    } else {
      assertThat(response.status()).isEqualTo(429);
      assertThat(response.header("retry-after")).contains("1");
      assertThat(response.body()).contains("too many wrong tokens");
      EndpointsIT.assertFormat(endpoint, response);
    }
  }

  @ParameterizedTest
  @CsvSource({"/ws, http, 401", "/ws, agent, 101", "/usage, http, 401"})
  void handshake_manyWrongTokens_areRejectedWith429(String path, String auth, int status)
      throws IOException {
    var node = start(Map.of("api.socktop.auth", auth));

    for (int guess = 0; guess < BURST; guess++) {
      assertThat(handshake(node, path + "?token=wrong-" + guess)).isEqualTo(status);
    }
    assertThat(handshake(node, path + "?token=wrong")).isEqualTo(429);
    assertThat(handshake(node, path, RIGHT)).isEqualTo(429);

    node.nanos().advance(Duration.ofSeconds(1));
    assertThat(handshake(node, path, RIGHT)).isEqualTo(101);
  }

  @Test
  void guess_behindATrustedProxy_countsTheClientThatItNames() {
    var node = start(Map.of("api.trusted_proxies", "127.0.0.1"));
    for (int guess = 0; guess < BURST; guess++) {
      node.get("/snapshot", WRONG, "X-Forwarded-For: 2001:db8::" + guess);
    }

    assertThat(node.get("/snapshot", RIGHT, "X-Forwarded-For: 2001:db8::77").status())
        .as("the same /64")
        .isEqualTo(429);
    assertThat(node.get("/snapshot", RIGHT, "X-Forwarded-For: 2001:db8:0:1::1").status())
        .isEqualTo(200);
    assertThat(node.get("/snapshot", RIGHT).status()).isEqualTo(200);
  }

  @Test
  void guess_forwardedHeadersOfAnUntrustedPeer_countThePeer() {
    var node = start(Map.of());
    for (int guess = 0; guess < BURST; guess++) {
      node.get("/snapshot", WRONG, "X-Forwarded-For: 192.0.2." + guess);
    }

    assertThat(node.get("/snapshot", WRONG, "X-Forwarded-For: 192.0.2.77").status()).isEqualTo(429);
  }

  @Test
  void guess_anyNumber_logsTheAddressOnceAndNoToken() {
    var node = start(Map.of());
    try (var log = LogCapture.start()) {
      guess(node, BURST - 1);
      assertThat(log.lines()).noneMatch(line -> line.contains("wrong tokens"));
      guess(node, 20);
      node.nanos().advance(Duration.ofSeconds(5));
      guess(node, 20);

      assertThat(log.lines().stream().filter(line -> line.contains("wrong tokens")))
          .singleElement()
          .asString()
          .startsWith("WARNING too many wrong tokens address=127.0.0.1");
      assertThat(log.lines()).noneMatch(line -> line.contains("guess-"));
    }
  }

  @Test
  void guess_isCountedByReason() {
    var node = start(Map.of());
    guess(node, BURST + 7);

    assertThat(refusedTokens(node, "wrong")).isEqualTo(BURST);
    assertThat(refusedTokens(node, "limit")).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void guess_configuredLimit_isUsed(int limit) {
    var node = start(Map.of("api.limits.wrong_tokens", Integer.toString(limit)));
    guess(node, 3);

    assertThat(node.get("/snapshot", WRONG).status()).isEqualTo(limit == 0 ? 401 : 429);
  }

  @Test
  void send_overAUnixSocket_isNotLimited() throws IOException {
    var socket = directory.resolve("m.sock");
    var node = start(Map.of("api.listen.unix", socket.toString()));
    guess(node, BURST);

    for (int request = 0; request < 3 * BURST; request++) {
      assertThat(Exchange.get(socket, "/snapshot", WRONG).status()).isEqualTo(200);
    }
  }

  private ApiNode start(Map<String, String> settings) {
    var all = new HashMap<String, String>(settings);
    all.put("api.token", SECRET);
    var node = ApiNode.start(ApiNode.config(all));
    nodes.add(node);
    node.publish(TestFrame.of(ApiNode.OWN_HOST).build());
    return node;
  }

  private static void guess(ApiNode node, int times) {
    for (int guess = 0; guess < times; guess++) {
      node.get("/snapshot?token=guess-" + guess);
    }
  }

  private static int handshake(ApiNode node, String target, String... headers) throws IOException {
    var request = RawWebSocket.handshake(node.mainAddress(), target, headers);
    try (var webSocket = RawWebSocket.connect(node.mainAddress(), request)) {
      return webSocket.status();
    }
  }

  private static double refusedTokens(ApiNode node, String reason) {
    return node.meters().get("muster.api.tokens.refused").tag("reason", reason).counter().count();
  }
}
