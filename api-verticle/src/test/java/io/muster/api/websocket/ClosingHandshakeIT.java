package io.muster.api.websocket;

import static io.muster.api.websocket.RawWebSocket.CONTINUATION;
import static io.muster.api.websocket.RawWebSocket.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that does not answer the close frame is disconnected, without another frame. */
@Timeout(180)
@Tag("slow")
class ClosingHandshakeIT {
  private static final int RESERVED_OPCODE = 3;

  private final WebSocketTestServer server =
      WebSocketTestServer.echo(new WebSocketLimits(0, 0, 1000), WebSocketTestServer.options(100));

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {RESERVED_OPCODE, CONTINUATION})
  void client_violatingTheProtocol_getsOneCloseFrame(int opcode) throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/echo")) {
      client.sendBytes(frame(opcode, true, new byte[1]));

      assertThat(client.closeCode()).isEqualTo(1002);
      assertThat(client.nextFrame()).isEmpty();
    }
  }

  @Test
  void client_sendingTooMuch_getsOneCloseFrame() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/echo")) {
      client.sendText("x".repeat(1001));

      assertThat(client.closeCode()).isEqualTo(1009);
      assertThat(client.sendText("ignored").nextFrame()).isEmpty();
    }
  }

  @Test
  void client_ofAStoppedServer_getsOneCloseFrame() throws IOException {
    try (var client = RawWebSocket.open(server.address(), "/echo")) {
      WebSocketTestServer.await(server.stop());
      server.close();

      assertThat(client.closeCode()).isEqualTo(1001);
      assertThat(client.nextFrame()).isEmpty();
    }
  }
}
