package io.muster.api.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadRulesIT {
  private static final String GET = "GET /healthz HTTP/1.1\r\n";
  private static final String HOST = "Host: localhost\r\n";

  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        GET + HOST + HOST,
        GET + HOST + "host: another\r\n",
        "GET /healthz HTTP/1.0\r\n" + HOST + HOST,
        "GET /healthz HTTP/9.9\r\n" + HOST,
        "GET /healthz HTTP/2.0\r\n" + HOST,
        "GET /healthz HTTP/1.2\r\n" + HOST,
        "GET /healthz\r\n" + HOST,
        GET + HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        GET + HOST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        GET + HOST + "Transfer-Encoding: gzip\r\n",
        GET + HOST + "Transfer-Encoding: xchunked\r\n",
        GET + HOST + "Transfer-Encoding: chunked, identity\r\n",
        GET + HOST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
        "GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
        GET + HOST + "Content-Length: 5\r\nContent-Length: 6\r\n",
        GET + HOST + "Content-Length: 5\r\nContent-Length: 5\r\n",
        GET + HOST + "Content-Length: 5, 5\r\n",
        GET + HOST + "Content-Length: -1\r\n",
        GET + HOST + "Content-Length: +5\r\n",
        GET + HOST + "Content-Length: 0x5\r\n",
        GET + HOST + "X : a\r\n",
        GET + HOST + "X\r\n",
        GET + HOST + "X: a\rb\r\n",
        GET + HOST + "X: a\u0000b\r\n",
        GET + HOST + "X: a\u0001b\r\n",
        GET + HOST + "X: a\u007fb\r\n",
        GET + HOST + "X\u0000: a\r\n",
        GET + " " + HOST
      })
  void send_malformedHead_is400AndLaterRequestsGetNoResponse(String head) throws IOException {
    var response = exchange(head + "\r\n" + GET + HOST + "\r\n");

    assertThat(response).containsPattern("\\AHTTP/1.[01] 400 ").containsOnlyOnce("HTTP/1.");
    assertThat(rejections()).isEqualTo(1);
  }

  @Test
  void send_malformedHeadAfterOthers_isAnsweredInOrder() throws IOException {
    var good = GET + HOST + "\r\n";
    var response = exchange(good + good + GET + "\r\n" + good);

    assertThat(response.split("HTTP/1.1 ", -1)).hasSize(4);
    assertThat(response.replaceAll("(?s)HTTP/1.1 (\\d+).*?(?=HTTP|\\z)", "$1 "))
        .isEqualTo("200 200 400 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.0\r\n",
        "GET /healthz HTTP/1.0\r\n" + HOST,
        GET + "Host:\r\nConnection: close\r\n",
        GET + HOST + "Connection: close\r\nX: a\r\n\t folded\r\n",
        GET + HOST + "Connection: close\r\nX: \u00e9\r\n"
      })
  void send_unusualHead_isAnswered(String head) throws IOException {
    assertThat(exchange(head + "\r\n")).contains(" 200 OK\r\n").endsWith("\r\n\r\nok");
    assertThat(rejections()).isZero();
  }

  @Test
  void send_tooLongHead_isRejected() throws IOException {
    var filler = "x".repeat(9000);
    assertThat(exchange(GET + HOST + "X: " + filler + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
    assertThat(exchange("GET /" + filler + filler + " HTTP/1.1\r\n\r\n")).contains(" 414 ");
  }

  private double rejections() {
    return node.meters()
        .get("muster.api.connections.refused")
        .tag("reason", "malformed")
        .counter()
        .count();
  }

  /** Sends the request, and returns all output until the server closes the connection. */
  private String exchange(String request) throws IOException {
    try (var socket = Exchange.connect(node.mainAddress())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
