package io.muster.api.listener;

import static io.muster.api.ApiNode.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.Exchange;
import io.muster.api.tls.TlsConfig;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class ListenersIT {
  private static final String UPGRADE =
      """
      GET / HTTP/1.1\r
      Host: localhost\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      """;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int PING = 0x89;
  private static final int PONG = 0x8a;
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void open_optionalPortTaken_isSkipped() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var addresses = Map.of(ListenConfig.SOCKTOP, new HostPort("127.0.0.1", taken.getLocalPort()));

      var listeners = listeners(addresses, Set.of(ListenConfig.SOCKTOP));
      await(listeners.open(addresses, ListenersIT::upgrade));

      assertThat(listeners.boundAddresses()).isEmpty();
    }
  }

  @Test
  void open_configuredPortTaken_fails() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var addresses = Map.of(ListenConfig.SOCKTOP, new HostPort("127.0.0.1", taken.getLocalPort()));
      var listeners = listeners(addresses, Set.of());

      var failure = catchThrowable(() -> await(listeners.open(addresses, ListenersIT::upgrade)));

      assertThat(failure).hasRootCauseInstanceOf(IOException.class);
      assertThat(failure).hasStackTraceContaining("api.listen.socktop: cannot listen on");
    }
  }

  @ParameterizedTest
  @CsvSource({"socktop, true", "'chat, socktop', true", "chat, false", "'v1, v2', false"})
  void upgrade_offeredSubprotocol_isEchoedWhenSupported(String offered, boolean echoed)
      throws IOException {
    try (var socket = connect(openListener())) {
      var response = handshake(socket, "Sec-WebSocket-Protocol: " + offered + "\r\n");

      assertThat(response).startsWith("http/1.1 101 ");
      assertThat(response.contains("sec-websocket-protocol: socktop\r\n")).isEqualTo(echoed);
      assertThat(response.contains("sec-websocket-protocol")).isEqualTo(echoed);
    }
  }

  @Test
  void upgrade_offeredExtension_isNotAccepted() throws IOException {
    try (var socket = connect(openListener())) {
      var extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

      assertThat(handshake(socket, extension))
          .startsWith("http/1.1 101 ")
          .doesNotContain("extensions");
    }
  }

  @Test
  void socket_silent_isNotClosedByTheReaper() throws IOException {
    var server = openListener(Duration.ofSeconds(1));
    try (var socket = connect(server)) {
      handshake(socket, "");
      for (int round = 0; round < 3; round++) {
        try (var other = connect(server)) {
          assertThat(other.getInputStream().readAllBytes()).as("overdue itself").isEmpty();
        }
      }
      send(socket, PING, new byte[] {1, 2, 3, 4});
      assertThat(socket.getInputStream().read()).isEqualTo(PONG);
    }
  }

  @Test
  void socket_thatSendsTooMuch_isClosed() throws IOException {
    try (var socket = connect(openListener())) {
      handshake(socket, "");
      var head = new byte[] {(byte) TEXT, (byte) (0x80 | 127), 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0};
      socket.getOutputStream().write(head);

      assertThat(socket.getInputStream().read()).isIn(CLOSE, -1);
    }
  }

  private HostPort openListener() {
    return openListener(TIMEOUT);
  }

  private HostPort openListener(Duration timeout) {
    var addresses = Map.of(ListenConfig.MAIN, new HostPort("127.0.0.1", 0));
    var listeners = listeners(addresses, Set.of(), timeout);
    await(listeners.open(addresses, ListenersIT::upgrade));
    return Optional.ofNullable(listeners.boundAddresses().get(ListenConfig.MAIN)).orElseThrow();
  }

  private Listeners listeners(Map<String, HostPort> addresses, Set<String> optionalKeys) {
    return listeners(addresses, optionalKeys, TIMEOUT);
  }

  private Listeners listeners(
      Map<String, HostPort> addresses, Set<String> optionalKeys, Duration timeout) {
    var config =
        new ListenConfig(
            addresses,
            optionalKeys,
            Optional.empty(),
            new TlsConfig(Optional.empty(), Path.of("none"), List.of()),
            new ConnectionLimits(timeout, timeout, 0));
    var metrics =
        ConnectionMetrics.create(new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
    return new Listeners(vertx, ListenerOptions.create(config, Optional.empty(), metrics));
  }

  private static void upgrade(HttpServerRequest request) {
    // A failure is ignored: the client may have disconnected before.
    request.toWebSocket();
  }

  private static Socket connect(HostPort server) throws IOException {
    return Exchange.connect(server);
  }

  /** Returns the head of the response in lower case. */
  private static String handshake(Socket socket, String headers) throws IOException {
    socket.getOutputStream().write((UPGRADE + headers + "\r\n").getBytes(ISO_8859_1));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString().toLowerCase(Locale.ROOT);
  }

  /** Sends a masked frame without content. */
  private static void send(Socket socket, int opcode, byte[] mask) throws IOException {
    socket.getOutputStream().write(new byte[] {(byte) opcode, (byte) 0x80});
    socket.getOutputStream().write(mask);
  }
}
