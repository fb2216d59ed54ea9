package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.api.websocket.RawWebSocket;
import io.muster.schema.frame.LogCapture;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The transports of SockJS: cases of its protocol test, with messages of the bridge in place of an
 * echo. The node has several event loops, so that requests of a session arrive on different ones.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SockJsTransportsIT {
  private static final String REGISTER = "{\"type\":\"register\",\"address\":\"muster.host.a\"}";
  private static final String ERROR =
      "a[\"{\\\"body\\\":\\\"invalid_json\\\",\\\"type\\\":\\\"err\\\"}\"]";
  private static final String NO_CACHE =
      "no-store, no-cache, no-transform, must-revalidate, max-age=0";

  private final ApiNode node =
      ApiNode.start(
          ApiNode.config(
              Map.of(
                  "api.event_loops", "3",
                  "api.token", "",
                  "api.limits.websockets_per_address", "0")));
  private final ApiNode nodeWithToken = ApiNode.start(ApiNode.config(Optional.of("s3cret"), 256));

  @AfterAll
  void close() {
    node.close();
    nodeWithToken.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus", "/eventbus/"})
  void get_base_isTheGreeting(String path) {
    var response = node.get(path);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("Welcome to SockJS!\n");
    assertThat(response.header("set-cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "/a.html",
        "//",
        "///",
        "/a/a",
        "/a/a/",
        "/a/",
        "/iframe.html",
        "/iframe-1.html",
        "/chunking_test",
        "///xhr",
        "/a./a/xhr",
        "/a/a./xhr",
        "/./.xhr",
        "//xhr",
        "/xhr"
      })
  void send_otherPath_is404(String suffix) {
    assertThat(node.get("/eventbus" + suffix).status()).isIn(404, 200);
    assertThat(node.send("POST", "/eventbus" + suffix, "Content-Length: 0").status())
        .isIn(404, 405);
  }

  @Test
  void get_info_describesTheServer() {
    var response = node.get("/eventbus/info");
    var info = response.json();

    assertThat(response.header("content-type")).contains("application/json; charset=UTF-8");
    assertThat(response.header("cache-control")).contains(NO_CACHE);
    assertThat(info.getBoolean("websocket")).isTrue();
    assertThat(info.getBoolean("cookie_needed")).isFalse();
    assertThat(info.getJsonArray("origins")).isEqualTo(new JsonArray().add("*:*"));
    assertThat(node.get("/eventbus/info").json().getLong("entropy"))
        .isNotEqualTo(info.getLong("entropy"));
  }

  @Test
  void post_xhr_opensReceivesAndSends() {
    node.publish(TestFrame.of("a").build());
    var session = new SockJsSession(node);

    var opened = session.post("xhr", "");
    assertThat(opened.body()).isEqualTo("o\n");
    assertThat(opened.header("content-type")).contains("application/javascript; charset=UTF-8");
    assertThat(opened.header("cache-control")).contains(NO_CACHE);
    session.send(REGISTER);
    assertThat(messages(session.poll()))
        .containsExactly(
            "{\"type\":\"rec\",\"address\":\"muster.host.a\",\"body\":"
                + node.get("/snapshot?host=a").body()
                + "}");
  }

  @Test
  void post_xhr_ignoresTheServerPartOfThePath() {
    var session = new SockJsSession(node);
    assertThat(session.poll()).isEqualTo("o\n");
    session.send("x");

    var other = session.path().replace("/000/", "/999/");
    assertThat(
            SockJsSession.withoutChunks(
                    Exchange.post(node.mainAddress(), other + "/xhr", new byte[0]))
                .body())
        .isEqualTo(ERROR + "\n");
  }

  @Test
  void post_xhrStreaming_receivesWhileItIsOpen() throws IOException {
    try (var session = new SockJsSession(node)) {
      session.openStream("POST", "xhr_streaming");
      assertThat(session.nextLine()).isEqualTo("h".repeat(2048));
      assertThat(session.nextLine()).isEqualTo("o");
      assertThat(session.header("Content-Type")).isEqualTo("application/javascript; charset=UTF-8");
      session.send("x", "y");
      assertThat(session.nextLine()).isEqualTo(ERROR);
      assertThat(session.nextLine()).isEqualTo(ERROR);
    }
  }

  @Test
  void post_xhrStreaming_endsAfterItsLimitAndContinuesInAnotherRequest() throws IOException {
    node.publish(TestFrame.of("big").section(Section.GPU, large()).build());
    try (var session = new SockJsSession(node)) {
      session.openStream("POST", "xhr_streaming");
      session.nextLine();
      session.nextLine();
      session.send(REGISTER.replace(".a", ".big"));
      assertThat(session.nextLine()).startsWith("a[");
      assertThatThrownBy(session::nextLine).isInstanceOf(EOFException.class);

      session.send("x");
      assertThat(session.poll()).isEqualTo(ERROR + "\n");
    }
  }

  @Test
  void get_eventsource_receivesWhileItIsOpen() throws IOException {
    try (var session = new SockJsSession(node)) {
      session.openStream("GET", "eventsource");
      assertThat(session.nextLine()).isEmpty();
      assertThat(session.nextLine()).isEqualTo("data: o");
      assertThat(session.header("Content-Type")).startsWith("text/event-stream");
      session.send("x");
      assertThat(session.nextLine()).isEmpty();
      assertThat(session.nextLine()).isEqualTo("data: " + ERROR);
    }
  }

  @Test
  void get_htmlfile_receivesWhileItIsOpen() throws IOException {
    try (var session = new SockJsSession(node)) {
      session.openStream("GET", "htmlfile?c=callback");
      for (var line = session.nextLine(); !line.equals("p(\"o\");"); ) {
        line = session.nextLine();
      }
      assertThat(session.header("Content-Type")).startsWith("text/html");
      session.send("x");
      assertThat(session.nextLine()).isEqualTo("</script>");
      assertThat(session.nextLine()).isEqualTo("<script>");
      assertThat(session.nextLine()).startsWith("p(\"a[").contains("invalid_json");
    }
  }

  @Test
  void get_jsonp_needsTheToken() {
    var session = new SockJsSession(nodeWithToken);
    var token = "Authorization: Bearer s3cret";
    var form = "Content-Type: application/x-www-form-urlencoded";

    assertThat(node.get("/eventbus/0/jsonp1/jsonp?c=x").status()).isEqualTo(404);
    assertThat(node.send("POST", "/eventbus/0/jsonp1/jsonp_send").status()).isEqualTo(404);
    assertThat(session.get("jsonp?c=x").status()).isEqualTo(401);
    assertThat(session.get("jsonp?c=%63all", token).body()).isEqualTo("/**/call(\"o\");\r\n");
    assertThat(session.post("jsonp_send", "d=%5B%22x%22%5D", token, form).body()).isEqualTo("ok");
    assertThat(session.post("jsonp_send", "d=%5B%22x", token, form).status()).isEqualTo(500);
    assertThat(session.post("jsonp_send", "d=%5B%7B%7D%5D", token, form).status()).isEqualTo(500);
    assertThat(session.post("jsonp_send", "d=%zz", token, form).status()).isIn(400, 500);
    assertThat(session.get("jsonp?c=x", token).body())
        .startsWith("/**/x(\"a[")
        .contains("invalid_json");
    assertThat(session.get("jsonp?c=a(b", token).status()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "|500|Payload expected.",
        "[\"x|500|Broken JSON encoding.",
        "[1]|500|Broken JSON encoding.",
        "[null]|500|Broken JSON encoding.",
        "[[\"x\"]]|500|Broken JSON encoding.",
        "[{}]|500|Broken JSON encoding.",
        "{}|500|Broken JSON encoding.",
        "[]|204|",
        "[\"\"]|204|",
        "\"x\"|204|"
      })
  void post_xhrSend_acceptsStringsOnly(String body, int status, String message) {
    var session = new SockJsSession(node);
    assertThat(session.poll()).isEqualTo("o\n");

    var response = session.post("xhr_send", body == null ? "" : body);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.body()).isEqualTo(message == null ? "" : message);
    assertThat(session.post("xhr_send", "[\"x\"]", "Content-Type: text/xml").status())
        .isEqualTo(204);
    assertThat(session.poll()).startsWith(ERROR);
  }

  @Test
  void post_xhrSendOfAnUnknownSession_is404() {
    assertThat(new SockJsSession(node).post("xhr_send", "[\"x\"]").status()).isEqualTo(404);
  }

  @Test
  void post_largeBodyOrMessage_isRejected() {
    var session = new SockJsSession(node);
    assertThat(session.poll()).isEqualTo("o\n");

    assertThat(session.post("xhr_send", "[\"" + "x".repeat(70_000) + "\"]").status())
        .isEqualTo(413);
    assertThat(session.post("xhr_send", "[\"" + "x".repeat(5_000) + "\"]").status()).isEqualTo(204);
    assertThat(session.poll()).isEqualTo("c[3000,\"Go away!\"]\n");
  }

  @Test
  void post_malformedOrAbortedBody_isNotLogged() throws IOException {
    var head =
        "POST /eventbus/0/m/xhr_send HTTP/1.1\r\nHost: localhost\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    try (var log = LogCapture.start();
        var socket = Exchange.connect(node.mainAddress())) {
      assertThat(Exchange.sendRaw(node.mainAddress(), head + "zz\r\n").body())
          .contains("body: expected complete and well-formed chunks");
      socket.getOutputStream().write((head + "2\r\n[").getBytes(UTF_8));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();

      assertThat(log.lines()).noneMatch(line -> line.contains("request failed"));
    }
  }

  @Test
  void post_multipartBody_isRejected() {
    var session = new SockJsSession(node);
    assertThat(session.poll()).isEqualTo("o\n");

    var response =
        session.post(
            "xhr_send",
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n",
            "Content-Type: multipart/form-data; boundary=b");
    assertThat(response.status()).isEqualTo(500);
    assertThat(session.post("xhr_send", "[\"x\"]").status()).isEqualTo(204);
  }

  @Test
  void post_secondConnection_isRejectedAndEndsTheSession() throws IOException {
    try (var session = new SockJsSession(node)) {
      session.openStream("POST", "xhr_streaming");
      session.nextLine();
      session.nextLine();
      assertThat(session.poll()).isEqualTo("c[2010,\"Another connection still open\"]\n");
      assertThatThrownBy(session::nextLine).hasMessage("Premature EOF");
    }
  }

  @Test
  void poll_manyFramesWhileNoRequestWaits_getsTheNewestWithTheNumberOfSkippedOnes() {
    node.publish(TestFrame.of("a").build());
    var session = new SockJsSession(node);
    session.poll();
    session.send(REGISTER);
    session.poll();

    publish(2, 9);
    var messages = messages(session.poll());
    messages = messages.get(0).contains("skipped") ? messages : messages(session.poll());

    assertThat(new JsonObject(messages.get(0)).getJsonObject("headers").getString("skipped"))
        .isIn("6", "7");
    assertThat(messages.get(0)).contains("\"timestamp\":\"2026-08-08T12:35:20Z\"");
  }

  @Test
  void post_sessionWithoutPolls_endsAfterFiveSeconds() {
    var session = new SockJsSession(node);
    session.poll();
    session.send("x");

    AssertionPoller.awaitAssertion(
        Duration.ofSeconds(60),
        () -> assertThat(session.post("xhr_send", "[]").status()).isEqualTo(404));
    assertThat(session.poll()).isEqualTo("o\n");
  }

  @Test
  void open_webSocket_speaksFrames() throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/eventbus/0/w1/websocket")) {
      assertThat(client.nextText()).isEqualTo("o");
      client.sendText("").sendText("[]").sendText("[\"x\"]").sendText("\"y\"");
      assertThat(client.nextText()).isEqualTo(ERROR);
      assertThat(client.nextText()).isEqualTo(ERROR);
    }
  }

  @Test
  void open_webSocketWithBrokenJson_isClosed() throws IOException {
    for (var frame : List.of("[\"a", "[1]", "{}", "[null]")) {
      try (var client = RawWebSocket.open(node.mainAddress(), "/eventbus/0/w2/websocket")) {
        assertThat(client.nextText()).isEqualTo("o");
        client.sendText(frame);
        assertThat(client.nextText()).isEqualTo("c[3000,\"Go away!\"]");
        assertThat(client.closeCode()).isEqualTo(1003);
      }
    }
  }

  @Test
  void open_webSocketsWithOneSessionId_areIndependent() throws IOException {
    try (var first = RawWebSocket.open(node.mainAddress(), "/eventbus/0/w3/websocket");
        var second = RawWebSocket.open(node.mainAddress(), "/eventbus/0/w3/websocket")) {
      assertThat(first.nextText()).isEqualTo("o");
      assertThat(second.nextText()).isEqualTo("o");
      first.sendText("[\"x\"]");
      assertThat(first.nextText()).isEqualTo(ERROR);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus/websocket", "/eventbus/0/0/websocket"})
  void send_noHandshake_isRejected(String path) {
    assertThat(node.get(path).status()).isEqualTo(400);
    assertThat(node.get(path, "Upgrade: WebSocket").status()).isEqualTo(400);
    var post = node.send("POST", path, "Upgrade: WebSocket", "Content-Length: 0");
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("allow")).isPresent();
  }

  @Test
  void message_nonAsciiText_isEscapedInFrames() throws IOException {
    node.publish(TestFrame.of("u").section(Section.GPU, "[\"\u2028\u00e4\ud83d\ude00\"]").build());
    try (var client = RawWebSocket.open(node.mainAddress(), "/eventbus/0/w4/websocket")) {
      assertThat(client.nextText()).isEqualTo("o");
      client.sendText(new JsonArray().add(REGISTER.replace(".a", ".u")).encode());
      var frame = client.nextText();
      assertThat(frame).matches("\\p{ASCII}*").contains("\\u2028\\u00E4\\uD83D\\uDE00");
      assertThat(messages(frame).get(0)).contains("\u2028\u00e4\ud83d\ude00");
    }
  }

  private void publish(int first, int last) {
    IntStream.rangeClosed(first, last)
        .forEach(sequence -> node.publish(TestFrame.of("a").sequence(sequence).build()));
  }

  private static List<String> messages(String frame) {
    return new JsonArray(frame.strip().substring(1)).stream().map(String.class::cast).toList();
  }

  private static String large() {
    return "[\"" + "x".repeat(140_000) + "\"]";
  }
}
