package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.api.websocket.RawWebSocket;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and pages that the bridge limits or rejects. */
@Timeout(180)
class BridgeLimitsIT {
  private static final String OPENED = "muster.api.bridge.opened";
  private static final String CLOSED = "muster.api.bridge.closed";

  @Test
  void open_moreSessionsThanAnAddressMayHave_isRejectedWhateverTheTransport() throws IOException {
    try (var node = start("api.limits.websockets_per_address", "2");
        var first = BridgeClient.open(node)) {
      first.assertNothingElse();
      assertThat(new SockJsSession(node).poll()).isEqualTo("o\n");

      assertThat(new SockJsSession(node).post("xhr", "").status()).isEqualTo(429);
      assertThat(handshakeStatus(node, "/eventbus/websocket")).isEqualTo(429);
      // The session without further requests ends after five seconds, and gives way.
      AssertionPoller.awaitAssertion(
          Duration.ofSeconds(60),
          () -> assertThat(new SockJsSession(node).post("xhr", "").status()).isEqualTo(200));
    }
  }

  @Test
  void open_moreSessionsASecondThanAnAddressMay_isRejected() {
    try (var node = start("api.limits.upgrades_per_second", "2")) {
      var statuses =
          IntStream.range(0, 6)
              .map(number -> new SockJsSession(node).post("xhr", "").status())
              .boxed()
              .toList();

      assertThat(statuses).containsExactly(200, 200, 200, 200, 429, 429);
    }
  }

  @Test
  void open_requestsThatOpenNoSession_leaveNoneBehind() {
    try (var node = start("api.limits.websockets_per_address", "2")) {
      IntStream.range(0, 5)
          .forEach(
              number ->
                  assertThat(new SockJsSession(node).get("htmlfile").status()).isEqualTo(500));

      assertThat(new SockJsSession(node).poll()).isEqualTo("o\n");
    }
  }

  @Test
  void send_moreMessagesASecondThanAllowed_isClosed() throws IOException {
    try (var node = start("api.bridge.messages_per_second", "5");
        var client = BridgeClient.open(node)) {
      for (int number = 0; number < 11; number++) {
        client.sendText("{\"type\":\"ping\"}");
      }
      assertThat(client.closeCode()).isEqualTo(1008);

      var session = new SockJsSession(node);
      session.poll();
      session.send("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
      assertThat(session.poll()).startsWith("c[3000");
    }
  }

  @Test
  void broadcast_clientThatDoesNotRead_skipsFramesAndGetsTheirNumber() throws IOException {
    try (var node = start("api.event_loops", "1");
        var socket = new Socket()) {
      node.publish(frame(1));
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("127.0.0.1", node.mainAddress().port()));
      socket.setSoTimeout(60_000);
      write(
          socket,
          RawWebSocket.handshake(node.mainAddress(), "/eventbus/websocket").getBytes(UTF_8));
      write(
          socket, RawWebSocket.textFrame("{\"type\":\"register\",\"address\":\"muster.host.a\"}"));
      AssertionPoller.awaitAssertion(
          Duration.ofSeconds(60),
          () -> assertThat(count(node, "muster.api.bridge.messages.sent")).isPositive());
      var frames = 60;
      for (int sequence = 2; sequence <= frames; sequence++) {
        node.publish(frame(sequence));
      }
      assertThat(count(node, "muster.api.bridge.messages.sent")).isLessThan(30);

      var reader = new DataInputStream(socket.getInputStream());
      skipHead(reader);
      var received = new ArrayList<JsonObject>();
      do {
        received.add(nextMessage(reader));
      } while (!timestamp(received).equals(timestampOf(frames)));

      assertThat(received.size() + skipped(received)).isEqualTo(frames);
      assertThat(skipped(received)).isPositive();
      assertThat(count(node, "muster.api.bridge.skipped")).isEqualTo(skipped(received));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Origin: https://page.example", "Sec-Fetch-Site: cross-site"})
  void send_foreignPage_isRejectedOnEveryTransport(String header) throws IOException {
    try (var node = start("api.token", "s3cret")) {
      var token = "Authorization: Bearer s3cret";
      assertThat(node.get("/eventbus/info", token, header).status()).isEqualTo(403);
      assertThat(node.get("/eventbus/0/f/eventsource", token, header).status()).isEqualTo(403);
      assertThat(new SockJsSession(node).post("xhr", "", token, header).status()).isEqualTo(403);
      assertThat(handshakeStatus(node, "/eventbus/websocket", token, header)).isEqualTo(403);
      assertThat(handshakeStatus(node, "/eventbus/0/f/websocket", token, header)).isEqualTo(403);
      assertThat(count(node, OPENED)).isZero();
    }
  }

  @Test
  void send_listedPage_mayReadTheResponsesWithCredentials() {
    try (var node = start("api.cors_origins", "https://page.example")) {
      for (var response :
          List.of(
              node.get("/eventbus/info", "Origin: https://page.example"),
              new SockJsSession(node).post("xhr", "", "Origin: https://page.example"),
              node.send("OPTIONS", "/eventbus/0/o/xhr", "Origin: https://page.example"))) {
        assertThat(response.header("access-control-allow-origin")).contains("https://page.example");
        assertThat(response.header("access-control-allow-credentials")).contains("true");
      }
      var plain = node.get("/eventbus/info");
      assertThat(plain.header("access-control-allow-origin")).isEmpty();
      assertThat(plain.header("access-control-allow-credentials")).isEmpty();
      assertThat(node.get("/eventbus/info", "Origin: https://other.example").status())
          .isEqualTo(403);
    }
  }

  @Test
  void send_wrongTokens_countTowardTheLimitOfTheAddress() {
    try (var node =
        ApiNode.start(
            ApiNode.config(Map.of("api.token", "s3cret", "api.limits.wrong_tokens", "2")))) {
      var statuses = new ArrayList<Integer>();
      for (var token : List.of("a", "b", "c", "s3cret")) {
        statuses.add(node.get("/eventbus/info?token=" + token).status());
      }

      assertThat(statuses).containsExactly(401, 401, 429, 429);
    }
  }

  @Test
  void send_foreignHost_isRejected() {
    try (var node = start("api.event_loops", "1")) {
      assertThat(
              Exchange.sendRaw(
                      node.mainAddress(),
                      "GET /eventbus/info HTTP/1.1\r\nHost: attacker.example\r\n"
                          + "Connection: close\r\n\r\n")
                  .status())
          .isEqualTo(421);
    }
  }

  @Test
  void disconnect_openSessions_areClosed() throws IOException {
    try (var node = start("api.event_loops", "2")) {
      for (int number = 0; number < 5; number++) {
        try (var client = BridgeClient.open(node);
            var session = new SockJsSession(node)) {
          client.register("muster.host.a").assertNothingElse();
          session.openStream("GET", "eventsource");
        }
      }
      AssertionPoller.awaitAssertion(
          Duration.ofSeconds(60),
          () -> assertThat(count(node, CLOSED)).isEqualTo(10).isEqualTo(count(node, OPENED)));
    }
  }

  private static ApiNode start(String key, String value) {
    return ApiNode.startWithSystemClocks(Map.of(key, value));
  }

  private static double count(ApiNode node, String name) {
    return node.meters().get(name).counter().count();
  }

  private static int handshakeStatus(ApiNode node, String target, String... headers)
      throws IOException {
    try (var client =
        RawWebSocket.connect(
            node.mainAddress(), RawWebSocket.handshake(node.mainAddress(), target, headers))) {
      return client.status();
    }
  }

  private static EncodedFrame frame(long sequence) {
    return TestFrame.of("a")
        .sequence(sequence)
        .section(Section.GPU, "[\"" + "x".repeat(200_000) + "\"]")
        .build();
  }

  private static String timestampOf(long sequence) {
    return TestFrame.AT.plusSeconds(3 * (sequence - 1)).toString().replaceAll("\\.\\d+", "");
  }

  private static String timestamp(List<JsonObject> received) {
    return received.get(received.size() - 1).getJsonObject("body").getString("timestamp");
  }

  private static int skipped(List<JsonObject> received) {
    return received.stream()
        .map(message -> message.getJsonObject("headers", new JsonObject()))
        .mapToInt(headers -> Integer.parseInt(headers.getString("skipped", "0")))
        .sum();
  }

  private static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private static void skipHead(DataInputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
  }

  /** Reads a frame of more than 65,535 bytes. */
  private static JsonObject nextMessage(DataInputStream in) throws IOException {
    assertThat(in.readUnsignedShort()).isEqualTo(0x817f);
    return new JsonObject(new String(in.readNBytes((int) in.readLong()), UTF_8));
  }
}
