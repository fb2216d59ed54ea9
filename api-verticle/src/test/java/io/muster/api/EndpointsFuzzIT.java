package io.muster.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Any input gets a timely response with a status of success or of a client error. The system
 * property {@code jqwik.tries.default} sets the number of tries.
 */
class EndpointsFuzzIT {
  private static final String SUCCESS_OR_CLIENT_ERROR = "HTTP/\\S+ [24]\\d\\d .*";
  private static final List<String> PATHS =
      List.of(
          "/snapshot",
          "/events",
          "/metrics",
          "/-/ready",
          "/api/user/client_stat",
          "/api/user/client_health",
          "/api/user/edit_client_info",
          "/api/heartbeats",
          "/docs",
          "/openapi.json",
          "/");
  private static final List<String> PARAMETER_NAMES =
      List.of("include", "pretty", "host", "throttle", "heartbeat", "replay", "token", "id", "x");
  private static final List<String> HEADERS =
      List.of(
          "Accept",
          "Accept-Encoding",
          "Authorization",
          "Connection",
          "Content-Length",
          "Expect",
          "Host",
          "Last-Event-ID",
          "Origin",
          "Range",
          "Sec-WebSocket-Key",
          "Transfer-Encoding",
          "Upgrade",
          "X");

  private static final ApiNode WITHOUT_TOKEN = node(Optional.empty());
  private static final ApiNode WITH_TOKEN = node(Optional.of("s3cret"));

  @AfterContainer
  static void close_afterAll_noSubscriberIsLeft() {
    for (var node : List.of(WITHOUT_TOKEN, WITH_TOKEN)) {
      var open = node.meters().get("muster.api.subscribers").gauge();
      for (int attempt = 0; attempt < 10_000 && open.value() > 0; attempt++) {
        node.get("/-/ready");
      }
      assertThat(open.value()).isZero();
      node.close();
    }
  }

  @Property
  void get_anyQuery_isAnswered(@ForAll("paths") String path, @ForAll("queries") String query)
      throws IOException {
    for (var node : List.of(WITHOUT_TOKEN, WITH_TOKEN)) {
      try (var socket = Exchange.connect(node.mainAddress())) {
        var request = "GET " + path + "?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        assertThat(firstLine(socket)).as(request).matches(SUCCESS_OR_CLIENT_ERROR);
      }
    }
  }

  @Property
  void send_anyTarget_isAnswered(@ForAll("methods") String method, @ForAll("targets") String target)
      throws IOException {
    assertSuccessOrClientError(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  @Property
  void get_anyHeaders_isAnswered(
      @ForAll("paths") String path, @ForAll("headers") List<String> headers) throws IOException {
    var head = String.join("", headers);
    assertSuccessOrClientError(
        "GET " + path + " HTTP/1.1\r\n" + head + "\r\n" + "5\r\nhello\r\n0\r\n\r\n");
  }

  @Property
  void send_anything_isAnswered(@ForAll("malformedHeads") String head) throws IOException {
    assertSuccessOrClientError(head + "\r\n\r\n");
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of(PATHS);
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.oneOf(
        Arbitraries.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
        Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(10));
  }

  @Provide
  Arbitrary<String> queries() {
    var parameter =
        Combinators.combine(Arbitraries.of(PARAMETER_NAMES), values())
            .as((name, value) -> name + value);
    return Arbitraries.oneOf(printable(), parameter.list().ofMaxSize(5).map(List::toString));
  }

  @Provide
  Arbitrary<String> targets() {
    var pieces =
        Arbitraries.oneOf(
            Arbitraries.of(PATHS),
            Arbitraries.of("%", "%2", "%2f", "%00", "%zz", "..", "//", "?", "#", ";", "*", "\\"),
            Arbitraries.of("http://test", ":80", "hosts", "é", "\t"),
            printable());
    return pieces.list().ofMinSize(1).ofMaxSize(6).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<String>> headers() {
    var values =
        Arbitraries.oneOf(
            Arbitraries.of("gzip", "*;q=0", "close", "keep-alive, Upgrade", "chunked", "websocket"),
            Arbitraries.of("100-continue", "5", "-1", "bytes=0-", "Bearer ", "Bearer s3cret"),
            Arbitraries.strings().withCharRange((char) 1, (char) 255).ofMaxLength(30));
    return Combinators.combine(Arbitraries.of(HEADERS), values)
        .as((name, value) -> name + ": " + value + "\r\n")
        .list()
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> malformedHeads() {
    var pieces =
        Arbitraries.oneOf(
            Arbitraries.of("GET", " ", "\r\n", "\n", "\t", ":", "HTTP/1.1", "HTTP/1.0", "HTTP/9"),
            Arbitraries.of("Host: localhost", "/snapshot", "/events", "PRI * HTTP/2.0", "\u0000"),
            Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(20));
    return pieces.list().ofMinSize(1).ofMaxSize(12).map(parts -> String.join("", parts));
  }

  private static Arbitrary<String> values() {
    return Arbitraries.oneOf(
        Arbitraries.of("", "=", "=1", "=-1", "=1.5", "=18446744073709551616", "=a", "=gpu,cpu"),
        Arbitraries.of("=%", "=%zz", "=%ff%fe", "=%00", "=+", "=%22%0d%0a", "=2026-08-08", "=b"),
        printable());
  }

  private static Arbitrary<String> printable() {
    return Arbitraries.strings().withCharRange('!', (char) 255).ofMaxLength(20);
  }

  private static void assertSuccessOrClientError(String request) throws IOException {
    for (var node : List.of(WITHOUT_TOKEN, WITH_TOKEN)) {
      var status = statusLine(node, request);
      if (!status.isEmpty()) {
        assertThat(status).as(request).matches(SUCCESS_OR_CLIENT_ERROR);
      }
    }
  }

  /** The first line of the response; empty if the connection was closed without one. */
  private static String statusLine(ApiNode node, String request) throws IOException {
    try (var socket = Exchange.connect(node.mainAddress())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return firstLine(socket);
    }
  }

  private static String firstLine(Socket socket) throws IOException {
    var line = new StringBuilder();
    try {
      for (var next = socket.getInputStream().read(); next >= ' '; ) {
        line.append((char) next);
        next = socket.getInputStream().read();
      }
    } catch (SocketException closed) {
      return "";
    }
    return line.toString();
  }

  private static ApiNode node(Optional<String> token) {
    var node = ApiNode.start(ApiNode.config(token, 0));
    node.publish(
        TestFrame.of("a").section(Section.GPU, "[]").section(Section.PROCESS, "[]").build());
    return node;
  }
}
