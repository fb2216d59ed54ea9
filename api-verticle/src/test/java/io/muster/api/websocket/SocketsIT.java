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

import io.muster.api.websocket.SocketCounters.Refused;
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

@Timeout(60)
class SocketsIT {
  private static final String ECHO = "/echo";
  private static final int MAX_BYTES = 1000;
  private static final SocketLimits OPEN = new SocketLimits(0, 0, MAX_BYTES);
  private static final byte[] NOTHING = {};

  private SocketServer server =
      SocketServer.echo(OPEN, SocketServer.terms(100), "https://grafana.example");

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
  void handshake_unsound_isRefused(String name, String value, int status) throws IOException {
    var lines = value == null ? new String[0] : new String[] {value};
    try (var client = RawWebSocket.withLine(server.address(), ECHO, name, lines)) {
      assertThat(client.status()).isEqualTo(status);
    }

    assertThat(server.counters().opened()).isZero();
    assertThat(
            server.counters().refused(Refused.HANDSHAKE)
                + server.counters().refused(Refused.ORIGIN))
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
  void handshake_sound_isAccepted(String name, String value) throws IOException {
    try (var client = RawWebSocket.withLine(server.address(), ECHO, name, value)) {
      assertThat(client.status()).isEqualTo(101);
      assertThat(client.head()).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
      assertThat(client.text("hello").nextText()).isEqualTo("hello");
    }
  }

  @Test
  void handshake_deflateOffered_isNotTaken() throws IOException {
    try (var client =
        RawWebSocket.open(server.address(), ECHO, "Sec-WebSocket-Extensions: permessage-deflate")) {
      assertThat(client.head()).doesNotContainIgnoringCase("deflate");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /echo HTTP/1.0", "POST /echo HTTP/1.1", "HEAD /echo HTTP/1.1"})
  void request_thatCannotUpgrade_isToldSo(String line) throws IOException {
    var request = RawWebSocket.sound(server.address(), ECHO).replace("GET /echo HTTP/1.1", line);
    try (var client = RawWebSocket.ask(server.address(), request)) {
      assertThat(client.status()).isEqualTo(426);
      assertThat(client.head()).containsIgnoringCase("upgrade: websocket");
    }
  }

  @Test
  void message_inFragmentsWithAPingBetween_isWhole() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.bytes(frame(TEXT, false, NOTHING));
      client.bytes(frame(CONTINUATION, false, new byte[] {(byte) 0xc3}));
      client.bytes(frame(PING, true, "are you there".getBytes(UTF_8)));
      client.bytes(frame(CONTINUATION, true, new byte[] {(byte) 0xa4, 'h'}));

      var pong = client.next().orElseThrow();
      assertThat(pong.opcode()).isEqualTo(PONG);
      assertThat(pong.text()).isEqualTo("are you there");
      assertThat(client.nextText()).isEqualTo("äh");
    }
  }

  @Test
  void message_binaryInFragments_isOne() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.bytes(frame(BINARY, false, new byte[] {1}));
      client.bytes(frame(CONTINUATION, true, new byte[] {(byte) 0xff}));
      client.text("after it");

      assertThat(client.nextText()).isEqualTo("binary");
      assertThat(client.nextText()).isEqualTo("after it");
    }
  }

  @Test
  void message_ofTheLargestSize_isHeard() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      var largest = "x".repeat(MAX_BYTES);

      assertThat(client.text(largest).nextText()).isEqualTo(largest);
    }
  }

  @Test
  void message_tooLarge_ends1009() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.text("x".repeat(MAX_BYTES + 1)).closeCode()).isEqualTo(1009);
    }
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.bytes(frame(TEXT, false, new byte[MAX_BYTES]));
      client.bytes(frame(CONTINUATION, false, new byte[1]));

      assertThat(client.closeCode()).isEqualTo(1009);
    }
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.bytes(frame(TEXT, true, new byte[100_000])).closeCode()).isEqualTo(1009);
    }
    assertThat(server.counters().refused(Refused.SIZE)).isEqualTo(3);
  }

  @Test
  void fragments_endless_end1008() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.bytes(frame(TEXT, false, NOTHING));
      var nothing = frame(CONTINUATION, false, NOTHING);
      for (int fragment = 0; fragment < 300; fragment++) {
        client.bytes(nothing);
      }

      assertThat(client.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void messages_overTheRate_end1008AndThoseBeforeAreAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      for (int message = 0; message < 201; message++) {
        client.text("m" + message);
      }
      for (int message = 0; message < 200; message++) {
        assertThat(client.nextText()).isEqualTo("m" + message);
      }

      assertThat(client.closeCode()).isEqualTo(1008);
    }
    assertThat(server.counters().refused(Refused.MESSAGES)).isOne();
  }

  @Test
  void messages_atTheRate_areAllAnswered() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      for (int message = 0; message < 500; message++) {
        assertThat(client.text("m" + message).nextText()).isEqualTo("m" + message);
        server.nanos().advance(Duration.ofMillis(10));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "81 01 61, 1002, a frame without a mask",
    "c1 81 00 00 00 00 61, 1002, a reserved bit",
    "83 80 00 00 00 00, 1002, a reserved kind",
    "80 80 00 00 00 00, 1002, a continuation of nothing",
    "09 80 00 00 00 00, 1002, a ping in fragments",
    "01 80 00 00 00 00 81 80 00 00 00 00, 1002, a message in a message",
    "88 82 00 00 00 00 03 ed, 1002, a goodbye of 1005",
    "88 81 00 00 00 00 03, 1002, half a number",
    "81 81 00 00 00 00 ff, 1007, a text that is no UTF-8",
    "81 82 00 00 00 00 ed a0, 1007, half a letter",
  })
  void frames_thatAreNoProtocol_endWithTheNumber(String bytes, int code, String what)
      throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.bytes(hex(bytes)).closeCode()).as(what).isEqualTo(code);
    }
    assertThat(server.counters().refused(Refused.PROTOCOL)).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 3000, 4999})
  void goodbye_ofTheClient_isAnsweredAlikeAndEndsTheConnection(int code) throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      client.bytes(frame(CLOSE, true, ByteBuffer.allocate(2).putShort((short) code).array()));

      assertThat(client.closeCode()).isEqualTo(code);
      assertThat(client.next()).isEmpty();
    }
    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(5), () -> assertThat(server.counters().closed()).isOne());
  }

  @Test
  void goodbye_withoutANumber_isAnsweredAlike() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      assertThat(client.bytes(frame(CLOSE, true, NOTHING)).closeCode()).isEqualTo(1005);
    }
  }

  @Test
  void goodbye_ofTheServer_waitsForThatOfTheClient() throws IOException {
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      var stopped = server.stop();

      assertThat(client.closeCode()).isEqualTo(1001);
      client.text("too late").bytes(frame(CLOSE, true, new byte[] {3, (byte) 0xe9}));
      assertThat(client.next()).isEmpty();
      SocketServer.await(stopped);
    }
  }

  /** No client may do so, but none must be able to leave something behind by it. */
  @Test
  void frames_behindTheHandshake_areHeardWhenItIsAnswered() throws IOException {
    var begin = RawWebSocket.sound(server.address(), ECHO).getBytes(UTF_8);
    var early = new ByteArrayOutputStream();
    early.writeBytes(begin);
    early.writeBytes(textFrame("early"));
    early.writeBytes(frame(PING, true, NOTHING));
    try (var client = RawWebSocket.ask(server.address(), early.toByteArray())) {
      assertThat(client.status()).isEqualTo(101);
      assertThat(client.nextText()).isEqualTo("early");
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PONG);
      assertThat(client.text("late").nextText()).isEqualTo("late");
    }
    early.writeBytes(hex("c1 81 00 00 00 00 61"));
    try (var client = RawWebSocket.ask(server.address(), early.toByteArray())) {
      assertThat(client.nextText()).isEqualTo("early");
      assertThat(client.closeCode()).isEqualTo(1002);
    }
  }

  @Test
  void client_thatIsGoneBeforeItIsAnswered_leavesNothing() throws IOException {
    server.close();
    server =
        SocketServer.echo(new SocketLimits(1, 0, MAX_BYTES), new Terms(100, true, Duration.ZERO));

    server.whileBusy(() -> askAndReset(server.address()));

    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(5), () -> assertThat(server.counters().closed()).isOne());
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.tick(30);
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PING);
    }
  }

  @Test
  void limit_ofOneAddress_is429UntilOneLeaves() throws IOException {
    server.close();
    server = SocketServer.echo(new SocketLimits(2, 0, MAX_BYTES), SocketServer.terms(100));
    var open = new ArrayList<RawWebSocket>();
    open.add(RawWebSocket.open(server.address(), ECHO));
    open.add(RawWebSocket.open(server.address(), ECHO));

    try (var third =
        RawWebSocket.ask(server.address(), RawWebSocket.sound(server.address(), ECHO))) {
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.head()).containsIgnoringCase("retry-after: 1\r\n");
    }
    open.remove(0).close();
    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(5), () -> RawWebSocket.open(server.address(), ECHO).close());
    open.get(0).close();
    assertThat(server.counters().refused(Refused.CONNECTIONS)).isPositive();
  }

  @Test
  void upgrades_overTheRate_are429UntilTimePasses() throws IOException {
    server.close();
    server = SocketServer.echo(new SocketLimits(0, 2, MAX_BYTES), SocketServer.terms(100));
    for (int upgrade = 0; upgrade < 4; upgrade++) {
      RawWebSocket.open(server.address(), ECHO).close();
    }
    var sound = RawWebSocket.sound(server.address(), ECHO);
    try (var fifth = RawWebSocket.ask(server.address(), sound)) {
      assertThat(fifth.status()).isEqualTo(429);
    }
    server.nanos().advance(Duration.ofMillis(500));

    RawWebSocket.open(server.address(), ECHO).close();
    assertThat(server.counters().refused(Refused.UPGRADES)).isOne();
  }

  @Test
  void client_pingedAndSilent_isLeftAfterTwoMisses() throws IOException {
    server.close();
    server = SocketServer.echo(OPEN, new Terms(100, true, Duration.ZERO));
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.tick(30);
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PING);
      client.bytes(frame(PONG, true, NOTHING));
      assertThat(client.text("heard").nextText()).isEqualTo("heard");

      server.tick(89);
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PING);
      assertThat(client.next().orElseThrow().opcode()).isEqualTo(PING);
      server.tick(1);
      assertThat(client.closeCode()).isEqualTo(1001);
    }
    assertThat(server.counters().refused(Refused.SILENCE)).isOne();
  }

  @Test
  void client_notPingedAndSilent_isLeftAfterTheIdleTime() throws IOException {
    server.close();
    server = SocketServer.echo(OPEN, new Terms(100, false, Duration.ofMinutes(5)));
    try (var client = RawWebSocket.open(server.address(), ECHO)) {
      server.tick(299);
      assertThat(client.text("heard").nextText()).isEqualTo("heard");
      server.tick(299);
      assertThat(client.text("heard").nextText()).isEqualTo("heard");
      server.tick(300);

      assertThat(client.closeCode()).isEqualTo(1001);
    }
  }

  private static void askAndReset(HostPort address) {
    try (var socket = new Socket(address.host(), address.port())) {
      socket.getOutputStream().write(RawWebSocket.sound(address, ECHO).getBytes(UTF_8));
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text);
  }
}
