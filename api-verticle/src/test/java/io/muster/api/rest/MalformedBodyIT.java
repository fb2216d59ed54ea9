package io.muster.api.rest;

import static io.muster.api.rest.RestTestNode.assertFailure;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.schema.frame.LogCapture;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that cannot be read is an error of the client: nothing is logged or stored. */
class MalformedBodyIT {
  private static final List<String> PATHS =
      List.of(
          "/api/user/insert_client",
          "/api/user/edit_client_info",
          "/api/models/insert",
          "/api/heartbeats");
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String BAD_TERMINATOR = "2\r\n[]XX0\r\n\r\n";

  private final LogCapture log = LogCapture.start();
  private final RestTestNode node = RestTestNode.start();

  @AfterEach
  void close() {
    node.close();
    log.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BAD_TERMINATOR,
        "2\r\n[]\rX0\r\n\r\n",
        "zz\r\n[]\r\n0\r\n\r\n",
        " 2 \r\n[]\r\n0\r\n\r\n",
        "\r\n[]\r\n0\r\n\r\n",
        "-2\r\n[]\r\n0\r\n\r\n",
        "0x2\r\n[]\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n[]",
        "2;\n[]\r\n0\r\n\r\n",
        "2\r\n[]\r\n0\r\nX: a\u0000b\r\n\r\n"
      })
  void post_malformedChunks_is400AndLaterRequestsGetNoResponse(String body) {
    for (var path : PATHS) {
      var response = Exchange.sendRaw(node.address(), post(path) + body + HEALTH);

      assertFailure(response, 400);
      node.assertRejected(response, 400, "body: expected complete and well-formed chunks");
    }
    assertThat(malformed()).isEqualTo(PATHS.size());
    assertNothingLogged();
  }

  @Test
  void post_malformedChunksAfterAPause_is400() throws IOException {
    try (var socket = Exchange.connect(node.address())) {
      var out = socket.getOutputStream();
      out.write((HEALTH + post("/api/heartbeats") + "1\r\n[\r\n").getBytes(ISO_8859_1));
      var head = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
      assertThat(head).isEqualTo("HTTP/1.1 200");
      out.write("zz\r\n".getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .containsOnlyOnce("HTTP/1.1 400 ")
          .contains("{\"success\":false,");
    }
    assertThat(malformed()).isEqualTo(1);
    assertNothingLogged();
  }

  @Test
  void get_malformedChunks_closesTheConnection() {
    var request = HEALTH.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n");

    assertThat(Exchange.sendRaw(node.address(), request + BAD_TERMINATOR + HEALTH).status())
        .isEqualTo(200);
    assertThat(malformed()).isEqualTo(1);
    assertNothingLogged();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "2\r\n", "2\r\n[", "2\r\n[]", "2\r\n[]\r\n", "2\r\n[]\r\n0\r\n"})
  void post_truncated_isNeitherAnsweredNorLogged(String body) throws IOException {
    for (var path : PATHS) {
      try (var socket = Exchange.connect(node.address())) {
        socket.getOutputStream().write((post(path) + body).getBytes(ISO_8859_1));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      }
    }
    assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2\r\n[", "2\r\n[]\r\n0\r\n"})
  void post_resetByTheClient_isNotLogged(String body) throws IOException {
    for (var path : PATHS) {
      try (var socket = Exchange.connect(node.address())) {
        socket.getOutputStream().write((post(path) + body).getBytes(ISO_8859_1));
        socket.setSoLinger(true, 0); // Close sends a reset.
      }
    }
    assertNothingHappened();
  }

  private static String post(String path) {
    return """
    POST %s HTTP/1.1\r
    Host: localhost\r
    Content-Type: application/json\r
    Transfer-Encoding: chunked\r
    \r
    """
        .formatted(path);
  }

  private double malformed() {
    return node.node()
        .meters()
        .get("muster.api.connections.refused")
        .tag("reason", "malformed")
        .counter()
        .count();
  }

  private void assertNothingHappened() {
    assertThat(node.get("/healthz").status()).as("after the events before it").isEqualTo(200);
    assertThat(node.services().calls).isEmpty();
    assertThat(malformed()).isZero();
    assertNothingLogged();
  }

  private void assertNothingLogged() {
    assertThat(log.lines()).noneMatch(line -> line.contains("request failed"));
  }
}
