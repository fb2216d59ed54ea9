package io.muster.api.websocket;

import static io.muster.api.websocket.RawWebSocket.BINARY;
import static io.muster.api.websocket.RawWebSocket.CLOSE;
import static io.muster.api.websocket.RawWebSocket.CONTINUATION;
import static io.muster.api.websocket.RawWebSocket.PING;
import static io.muster.api.websocket.RawWebSocket.PONG;
import static io.muster.api.websocket.RawWebSocket.TEXT;
import static io.muster.api.websocket.RawWebSocket.frame;
import static io.muster.api.websocket.RawWebSocket.textFrame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
import io.muster.runtime.config.HostPort;
import io.muster.testkit.AssertionPoller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class WebSocketServerIT {
  private static final String ECHO = "/echo";
  private static final int MAX_BYTES = 1000;
  private static final WebSocketLimits NO_LIMITS = new WebSocketLimits(0, 0, MAX_BYTES);
  private static final byte[] EMPTY = {};

  private WebSocketTestServer server =
      WebSocketTestServer.echo(
          NO_LIMITS, WebSocketTestServer.options(100), "https://grafana.example");

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Version, 7, 400",
    "Sec-WebSocket-Version, 8, 400",
    "Sec-WebSocket-Version, , 400",
    "Sec-WebSocket-Key, , 400",
    "Sec-WebSocket-Key, c2hvcnQ=, 400",
    "Sec-WebSocket-Key, this is not base64 at a, 400",
    "Upgrade, , 426",
    "Upgrade, h2c, 400",
    "Connection, , 400",
    "Connection, keep-alive, 400",
    "Connection, upgraded, 400",
    "Content-Length, 5, 400",
    "Origin, https://evil.example, 403",
    "Origin, null, 403",
    "Origin, http://127.0.0.1.evil.example, 403",
  })
  void handshake_invalid_isRejected(String name, String value, int status) throws IOException {
    var lines = value == null ? new String[0] : new String[] {value};
    try (var client = RawWebSocket.openWithHeader(server.address(), ECHO, name, lines)) {
      assertThat(client.status()).isEqualTo(status);
    }

    assertThat(server.metrics().opened().count()).isZero();
    assertThat(
            server.metrics().rejected(WebSocketRejectionReason.HANDSHAKE).count()
                + server.metrics().rejected(WebSocketRejectionReason.ORIGIN).count())
        .isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "Connection, 'keep-alive, Upgrade'",
    "Upgrade, WebSocket",
    "Content-Length, 0",
    "Origin, https://grafana.example",
    "Origin, http://127.0.0.1:3000",
  })
  void handshake_valid_isAccepted(String name, String value) throws IOException {
    try (var client = RawWebSocket.openWithHeader(server.address(), ECHO, name, value)) {
      assertThat(client.status()).isEqualTo(101);
      assertThat(client.head()).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
      assertThat(client.sendText("hello").nextText()).isEqualTo("hello");
    }
  }

  @Test
  void handshake_deflateOffered_isNotNegotiated() throws IOException {
    try (var client =
        RawWebSocket.open(server.address(), ECHO, "Sec-WebSocket-Extensions: permessage-deflate")) {
      assertThat(client.head()).doesNotContainIgnoringCase("deflate");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /echo HTTP/1.0", "POST /echo HTTP/1.1", "HEAD /echo HTTP/1.1"})
  void request_thatCannotUpgrade_is426(String line) throws IOException {
    var request =
        RawWebSocket.handshake(server.address(), ECHO).replace("GET /echo HTTP/1.1", line);
    try (var client = RawWebSocket.connect(server.address(), request)) {
      assertThat(client.status()).isEqualTo(426);
      assertThat(client.head()).containsIgnoringCase("upgrade: websocket");
    }
  }

  @Test
  void message_inFragmentsWithAPingBetween_isWhole() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.sendBytes(frame(TEXT, false, EMPTY));
      client.sendBytes(frame(CONTINUATION, false, new byte[] {(byte) 0xc3}));
      client.sendBytes(frame(PING, true, "payload".getBytes(UTF_8)));
      client.sendBytes(frame(CONTINUATION, true, new byte[] {(byte) 0xa4, 'h'}));

      var pong = client.nextFrame().orElseThrow();
      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.text()).isEqualTo("payload");
      assertThat(client.nextText()).isEqualTo("äh");
    }
  }

  @Test
  void message_binaryInFragments_isOne() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.sendBytes(frame(BINARY, false, new byte[] {1}));
      client.sendBytes(frame(CONTINUATION, true, new byte[] {(byte) 0xff}));
      client.sendText("after it");

      assertThat(client.nextText()).isEqualTo("binary");
      assertThat(client.nextText()).isEqualTo("after it");
    }
  }

  @Test
  void message_ofTheLargestSize_isDelivered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      var largest = "x".repeat(MAX_BYTES);

      assertThat(client.sendText(largest).nextText()).isEqualTo(largest);
    }
  }

  @Test
  void message_tooLarge_closesWith1009() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.sendText("x".repeat(MAX_BYTES + 1)).closeCode()).isEqualTo(1009);
    }
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.sendBytes(frame(TEXT, false, new byte[MAX_BYTES]));
      client.sendBytes(frame(CONTINUATION, false, new byte[1]));

      assertThat(client.closeCode()).isEqualTo(1009);
    }
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.sendBytes(frame(TEXT, true, new byte[100_000])).closeCode())
          .isEqualTo(1009);
    }
    assertThat(server.metrics().rejected(WebSocketRejectionReason.SIZE).count()).isEqualTo(3);
  }

  @Test
  void fragments_endless_closeWith1008() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.sendBytes(frame(TEXT, false, EMPTY));
      var emptyFragment = frame(CONTINUATION, false, EMPTY);
      for (int fragment = 0; fragment < 300; fragment++) {
        client.sendBytes(emptyFragment);
      }

      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void messages_overTheRate_closeWith1008AfterThoseBeforeAreAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      for (int message = 0; message < 201; message++) {
        client.sendText("m" + message);
      }
      for (int message = 0; message < 200; message++) {
        assertThat(client.nextText()).isEqualTo("m" + message);
      }

      assertThat(client.closeCode()).isEqualTo(1008);
    }
    assertThat(server.metrics().rejected(WebSocketRejectionReason.MESSAGES).count()).isEqualTo(1);
  }

  @Test
  void messages_atTheRate_areAllAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      for (int message = 0; message < 500; message++) {
        assertThat(client.sendText("m" + message).nextText()).isEqualTo("m" + message);
        server.nanos().advance(Duration.ofMillis(10));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "81 01 61, 1002, a frame without mask",
    "c1 81 00 00 00 00 61, 1002, a reserved bit",
    "83 80 00 00 00 00, 1002, a reserved opcode",
    "80 80 00 00 00 00, 1002, a continuation without a message",
    "09 80 00 00 00 00, 1002, a fragmented ping",
    "01 80 00 00 00 00 81 80 00 00 00 00, 1002, a message inside a message",
    "88 82 00 00 00 00 03 ed, 1002, close code 1005",
    "88 81 00 00 00 00 03, 1002, incomplete close code",
    "81 81 00 00 00 00 ff, 1007, a text that is not UTF-8",
    "81 82 00 00 00 00 ed a0, 1007, incomplete UTF-8",
  })
  void frames_invalid_closeWithTheCode(String bytes, int code, String description)
      throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.sendBytes(hex(bytes)).closeCode()).as(description).isEqualTo(code);
    }
    assertThat(server.metrics().rejected(WebSocketRejectionReason.PROTOCOL).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 3000, 4999})
  void closeFrame_ofTheClient_isEchoedAndEndsTheConnection(int code) throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.sendBytes(frame(CLOSE, true, ByteBuffer.allocate(2).putShort((short) code).array()));

      assertThat(client.closeCode()).isEqualTo(code);
      assertThat(client.nextFrame()).isEmpty();
    }
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1), () -> assertThat(server.metrics().closed().count()).isEqualTo(1));
  }

  @Test
  void closeFrame_withoutACode_isEchoed() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.sendBytes(frame(CLOSE, true, EMPTY)).closeCode()).isEqualTo(1005);
    }
  }

  @Test
  void closeFrame_ofTheServer_waitsForThatOfTheClient() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      var stopped = server.stop();

      assertThat(client.closeCode()).isEqualTo(1001);
      client.sendText("too late").sendBytes(frame(CLOSE, true, new byte[] {3, (byte) 0xe9}));
      assertThat(client.nextFrame()).isEmpty();
      WebSocketTestServer.await(stopped);
    }
  }

  /** The protocol forbids it, but it must not leak memory. */
  @Test
  void frames_sentBeforeTheUpgrade_areDeliveredAfterIt() throws IOException {
    var handshake = RawWebSocket.handshake(server.address(), ECHO).getBytes(UTF_8);
    var earlyBytes = new ByteArrayOutputStream();
    earlyBytes.writeBytes(handshake);
    earlyBytes.writeBytes(textFrame("early"));
    earlyBytes.writeBytes(frame(PING, true, EMPTY));
    try (var client = RawWebSocket.connect(server.address(), earlyBytes.toByteArray())) {
      assertThat(client.status()).isEqualTo(101);
      assertThat(client.nextText()).isEqualTo("early");
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PONG);
      assertThat(client.sendText("late").nextText()).isEqualTo("late");
    }
    earlyBytes.writeBytes(hex("c1 81 00 00 00 00 61"));
    try (var client = RawWebSocket.connect(server.address(), earlyBytes.toByteArray())) {
      assertThat(client.nextText()).isEqualTo("early");
      assertThat(client.closeCode()).isEqualTo(1002);
    }
  }

  @Test
  void client_disconnectedBeforeTheUpgrade_leavesNothing() throws IOException {
    server.close();
    server =
        WebSocketTestServer.echo(
            new WebSocketLimits(1, 0, MAX_BYTES), new WebSocketOptions(100, true, Duration.ZERO));

    server.blockEventLoop(() -> connectAndReset(server.address()));

    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1), () -> assertThat(server.metrics().closed().count()).isEqualTo(1));
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.advanceSeconds(30);
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PING);
    }
  }

  @Test
  void limit_ofOneAddress_is429UntilOneCloses() throws IOException {
    server.close();
    server =
        WebSocketTestServer.echo(
            new WebSocketLimits(2, 0, MAX_BYTES), WebSocketTestServer.options(100));
    var open = new ArrayList<RawWebSocket>();
    open.add(RawWebSocket.open(server.address(), ECHO));
    open.add(RawWebSocket.open(server.address(), ECHO));

    try (var third =
        RawWebSocket.connect(server.address(), RawWebSocket.handshake(server.address(), ECHO))) {
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.head()).containsIgnoringCase("retry-after: 1\r\n");
    }
    open.remove(0).close();
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1), () -> RawWebSocket.open(server.address(), ECHO).close());
    open.get(0).close();
    assertThat(server.metrics().rejected(WebSocketRejectionReason.CONNECTIONS).count())
        .isPositive();
  }

  @Test
  void upgrades_overTheRate_are429UntilTimePasses() throws IOException {
    server.close();
    server =
        WebSocketTestServer.echo(
            new WebSocketLimits(0, 2, MAX_BYTES), WebSocketTestServer.options(100));
    for (int upgrade = 0; upgrade < 4; upgrade++) {
      RawWebSocket.open(server.address(), ECHO).close();
    }
    var handshake = RawWebSocket.handshake(server.address(), ECHO);
    try (var fifth = RawWebSocket.connect(server.address(), handshake)) {
      assertThat(fifth.status()).isEqualTo(429);
    }
    server.nanos().advance(Duration.ofMillis(500));

    RawWebSocket.open(server.address(), ECHO).close();
    assertThat(server.metrics().rejected(WebSocketRejectionReason.UPGRADES).count()).isEqualTo(1);
  }

  @Test
  void client_idleWithPings_isClosedAfterTwoMissedPings() throws IOException {
    server.close();
    server = WebSocketTestServer.echo(NO_LIMITS, new WebSocketOptions(100, true, Duration.ZERO));
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.advanceSeconds(30);
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PING);
      client.sendBytes(frame(PONG, true, EMPTY));
      assertThat(client.sendText("hello").nextText()).isEqualTo("hello");

      server.advanceSeconds(89);
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PING);
      assertThat(client.nextFrame().orElseThrow().opcode()).isEqualTo(PING);
      server.advanceSeconds(1);
      assertThat(client.closeCode()).isEqualTo(1001);
    }
    assertThat(server.metrics().rejected(WebSocketRejectionReason.SILENCE).count()).isEqualTo(1);
  }

  @Test
  void client_idleWithoutPings_isClosedAfterTheIdleTimeout() throws IOException {
    server.close();
    server =
        WebSocketTestServer.echo(
            NO_LIMITS, new WebSocketOptions(100, false, Duration.ofMinutes(5)));
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.advanceSeconds(299);
      assertThat(client.sendText("hello").nextText()).isEqualTo("hello");
      server.advanceSeconds(299);
      assertThat(client.sendText("hello").nextText()).isEqualTo("hello");
      server.advanceSeconds(300);

      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  private static void connectAndReset(HostPort address) {
    try (var socket = new Socket(address.host(), address.port())) {
      socket.getOutputStream().write(RawWebSocket.handshake(address, ECHO).getBytes(UTF_8));
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text);
  }
}
