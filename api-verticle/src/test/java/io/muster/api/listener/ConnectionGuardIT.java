package io.muster.api.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow and malformed clients are closed, and do not affect others. */
@Timeout(180)
@Tag("slow")
class ConnectionGuardIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String INCOMPLETE_HEAD = "GET /healthz HTTP/1.1\r\nHost: te";
  private static final String COMPLETE_HEAD = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String LARGE_TARGET = "/snapshot?include=process";
  private static final String LARGE_REQUEST =
      "GET " + LARGE_TARGET + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final int LARGE_BYTES = 16 << 20;

  private final List<Socket> clients = new ArrayList<>();
  private final ApiNode node =
      ApiNode.start(
          ApiNode.config(
              Map.of(
                  "api.limits.header_timeout",
                  "500ms",
                  "api.limits.idle_timeout",
                  "2s",
                  "api.limits.connections",
                  "400",
                  "api.max_subscribers",
                  "0")));

  @AfterEach
  void close() throws IOException {
    for (var client : clients) {
      client.close();
    }
    node.close();
  }

  @Test
  void clients_misbehavingInAnyWay_areClosedAndOthersLoseNothing() throws IOException {
    publish(1, "x".repeat(LARGE_BYTES));
    try (var stream = node.openEvents("/events?include=gpu")) {
      var before = openConnections();
      var halfOpen = clients(200, INCOMPLETE_HEAD);
      var silent = clients(20, "");
      var dripping = clients(20, "G");
      var keptAlive = clients(20, COMPLETE_HEAD);
      var halfBodies =
          clients(10, "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx");
      var neverReading = neverReading(10);
      var malformed = clients(10, "GET / HTTP/1.1\r\n\r\n");

      var good = 0;
      for (int sequence = 2; openConnections() > before; sequence++) {
        publish(sequence, "small");
        assertThat(stream.next()).as("event %s", sequence).isPresent();
        assertThat(node.get("/healthz").body()).isEqualTo("ok");
        assertThat(node.get("/snapshot").status()).isEqualTo(200);
        dripping.forEach(ConnectionGuardIT::sendByte);
        good++;
      }

      assertThat(good).isPositive();
      for (var each : List.of(halfOpen, silent, dripping, keptAlive, halfBodies, malformed)) {
        assertThat(each).allMatch(ConnectionGuardIT::isClosed);
      }
      assertThat(neverReading).hasSize(10);
      assertThat(rejections("head")).isEqualTo(halfOpen.size() + silent.size() + dripping.size());
      assertThat(rejections("idle"))
          .isEqualTo(keptAlive.size() + halfBodies.size() + neverReading.size());
      assertThat(rejections("malformed")).isEqualTo(malformed.size());
      assertThat(rejections("cap")).isZero();
      assertThat(openConnections()).isEqualTo(before);
    }
  }

  @Test
  void client_readingSlowly_getsTheWholeResponse() throws IOException {
    publish(1, "x".repeat(LARGE_BYTES));
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(64 * 1024);
      connect(socket, LARGE_REQUEST);
      var taken = 0L;
      for (int pause = 0; pause < 6; pause++) {
        taken += socket.getInputStream().readNBytes(1 << 20).length;
        passHeaderTimeout();
      }
      taken += socket.getInputStream().readAllBytes().length;

      assertThat(taken)
          .as("the pauses are longer than the idle timeout")
          .isGreaterThan(LARGE_BYTES);
    }
  }

  @Test
  void keepAlive_connectionInUse_staysOpen() throws IOException {
    var client = clients(1, "").get(0);
    for (int request = 0; request < 5; request++) {
      client.getOutputStream().write(COMPLETE_HEAD.getBytes(US_ASCII));
      assertThat(readResponse(client)).endsWith("\r\n\r\nok");
      passHeaderTimeout();
    }
    assertThat(rejections("idle")).isZero();
  }

  @Test
  void keepAlive_connectionThatBeginsAHead_hasTheHeaderTimeout() throws IOException {
    var client = clients(1, COMPLETE_HEAD).get(0);
    assertThat(readResponse(client)).endsWith("ok");

    client.getOutputStream().write(INCOMPLETE_HEAD.getBytes(US_ASCII));

    assertThat(isClosed(client)).isTrue();
    assertThat(rejections("head")).isEqualTo(1);
    assertThat(rejections("idle")).isZero();
  }

  @Test
  void stream_withoutEvents_staysOpen() throws IOException {
    try (var stream = node.openEvents("/events")) {
      assertThat(isClosed(clients(1, COMPLETE_HEAD).get(0))).as("idle for too long").isTrue();
      assertThat(isClosed(clients(1, COMPLETE_HEAD).get(0))).isTrue();
      publish(1, "small");
      assertThat(stream.next()).isPresent();
    }
  }

  @Test
  void client_tooMany_isRejectedUntilOneDisconnects() throws IOException {
    var streams = new ArrayList<EventReader>();
    for (int number = 0; number < 400; number++) {
      streams.add(node.openEvents("/events"));
    }
    var rejected = Exchange.connect(node.mainAddress());
    clients.add(rejected);
    assertThat(new String(rejected.getInputStream().readAllBytes(), US_ASCII))
        .startsWith("HTTP/1.1 503 ")
        .contains("connection: close");
    assertThat(rejections("cap")).isEqualTo(1);
    assertThat(openConnections()).isEqualTo(400);

    streams.remove(0).close();

    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.get("/healthz").status()).isEqualTo(200));
    for (var stream : streams) {
      stream.close();
    }
    AssertionPoller.awaitAssertion(TIMEOUT, () -> assertThat(openConnections()).isZero());
  }

  private List<Socket> clients(int number, String begin) throws IOException {
    var sockets = new ArrayList<Socket>();
    for (int each = 0; each < number; each++) {
      var socket = Exchange.connect(node.mainAddress());
      socket.getOutputStream().write(begin.getBytes(US_ASCII));
      sockets.add(socket);
    }
    clients.addAll(sockets);
    return sockets;
  }

  private List<Socket> neverReading(int number) throws IOException {
    var sockets = new ArrayList<Socket>();
    for (int each = 0; each < number; each++) {
      var socket = new Socket();
      socket.setReceiveBufferSize(4 * 1024);
      connect(socket, LARGE_REQUEST);
      sockets.add(socket);
    }
    clients.addAll(sockets);
    return sockets;
  }

  private void connect(Socket socket, String begin) throws IOException {
    socket.connect(new InetSocketAddress(node.mainAddress().host(), node.mainAddress().port()));
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(begin.getBytes(US_ASCII));
  }

  /** Waits until the server has closed a client that sends nothing. */
  private void passHeaderTimeout() throws IOException {
    assertThat(isClosed(clients(1, "").get(0))).isTrue();
  }

  private static void sendByte(Socket client) {
    try {
      client.getOutputStream().write('x');
    } catch (IOException closed) {
      // The server closes such a client at last.
    }
  }

  /** Waits until the server has closed the connection; ignores its output. */
  private static boolean isClosed(Socket client) {
    try {
      client.getInputStream().readAllBytes();
      return true;
    } catch (SocketException reset) {
      return true;
    } catch (IOException timeout) {
      return false;
    }
  }

  private static String readResponse(Socket client) throws IOException {
    var text = new StringBuilder();
    while (!text.toString().endsWith("\r\n\r\nok")) {
      text.append((char) client.getInputStream().read());
    }
    return text.toString();
  }

  private void publish(int sequence, String text) {
    node.publish(
        TestFrame.of("a")
            .sequence(sequence)
            .section(Section.GPU, "[]")
            .section(Section.PROCESS, "[{\"text\":\"" + text + "\"}]")
            .build());
  }

  private double openConnections() {
    return node.meters().get("muster.api.connections").gauge().value();
  }

  private double rejections(String reason) {
    return node.meters()
        .get("muster.api.connections.refused")
        .tag("reason", reason)
        .counter()
        .count();
  }
}
