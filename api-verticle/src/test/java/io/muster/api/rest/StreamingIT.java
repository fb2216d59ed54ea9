package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.history.HealthHead;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are too long to be held. */
class StreamingIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PATH = "/api/user/client_health?user_id=a";
  private static final int ROWS = 500;
  private static final Buffer PAGE =
      FakePages.rows(Collections.nCopies(ROWS, FakeFleet.POINT).toArray());

  private final RestNode node = RestNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 200})
  void get_soManyPages_areAllRowsOfOneEnvelope(int pages) {
    node.fleet().points = FakePages.repeated(new HealthHead("raw"), pages, PAGE);

    var answer = node.get(PATH);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("x-resolution")).contains("raw");
    assertThat(answer.header("content-length").isPresent()).isEqualTo(pages < 2);
    assertThat(answer.header("transfer-encoding").isPresent()).isEqualTo(pages >= 2);
    var json = new JsonObject(pages < 2 ? answer.body() : dechunked(answer.body()));
    assertThat(json.getJsonArray("data")).hasSize(pages * ROWS);
    assertThat(json.getString("timestamp")).isEqualTo("2026-08-08T12:35:00.500000Z");
  }

  @Test
  void get_byHttp10_endsWithTheConnection() {
    node.fleet().points = FakePages.repeated(new HealthHead("raw"), 3, PAGE);
    for (var header : new String[] {"", "Connection: keep-alive\r\n"}) {
      node.fleet().points = FakePages.repeated(new HealthHead("raw"), 3, PAGE);

      var answer = Exchange.raw(node.address(), "GET " + PATH + " HTTP/1.0\r\n" + header + "\r\n");

      assertThat(answer.header("transfer-encoding")).isEmpty();
      assertThat(answer.json().getJsonArray("data")).hasSize(3 * ROWS);
    }
  }

  @Test
  void get_pipelined_answersStayApartAndInOrder() {
    node.fleet().points = FakePages.repeated(new HealthHead("raw"), 3, PAGE);
    var stat = "GET /api/user/client_stat?user_id=a HTTP/1.1\r\nHost: test\r\n";

    var answer =
        Exchange.raw(
            node.address(),
            "GET "
                + PATH
                + " HTTP/1.1\r\nHost: test\r\n\r\n"
                + stat
                + "\r\n"
                + stat
                + "Connection: close\r\n\r\n");

    var rest = answer.body().substring(answer.body().indexOf("\r\n0\r\n\r\n") + 7);
    assertThat(rest.split("HTTP/1.1 200 OK", -1)).hasSize(3);
    assertThat(new JsonObject(dechunked(answer.body())).getJsonArray("data")).hasSize(3 * ROWS);
  }

  /** A million rows, of which the kernel holds a few thousand, and this program two pages. */
  @Test
  void get_slowReader_setsThePace() throws IOException {
    var rows = FakePages.repeated(new HealthHead("raw"), 2000, PAGE);
    node.fleet().points = rows;
    try (var socket = ask()) {
      var stream = socket.getInputStream();
      long read = stream.readNBytes(1000).length;
      AssertionPoller.awaitAssertion(SOON, () -> assertStands(rows));
      assertThat(rows.served().get()).isLessThan(200);
      for (int turn = 0; turn < 20; turn++) {
        var before = rows.served().get();
        read += stream.readNBytes(20 * PAGE.length()).length;
        AssertionPoller.awaitAssertion(
            SOON, () -> assertThat(rows.served().get()).isGreaterThan(before));
        assertThat((long) rows.served().get() * PAGE.length() - read).isLessThan(30_000_000);
      }
    }
    assertThat(rows.closed()).succeedsWithin(SOON);
  }

  @Test
  void get_readerGoes_closesThePages() throws IOException {
    var rows = FakePages.repeated(new HealthHead("raw"), Integer.MAX_VALUE, PAGE);
    node.fleet().points = rows;
    try (var socket = ask()) {
      socket.getInputStream().readNBytes(100_000);
    }

    assertThat(rows.closed()).succeedsWithin(SOON);
    assertThat(node.get("/api/user/client_stat?user_id=a").status()).isEqualTo(200);
  }

  @Test
  void get_failsInTheMiddle_breaksTheAnswer() {
    var rows =
        FakePages.made(
            new HealthHead("raw"),
            number ->
                number < 3
                    ? Future.succeededFuture(PAGE)
                    : Future.failedFuture(new FleetException(Code.UNAVAILABLE, "gone")));
    node.fleet().points = rows;

    var answer = Exchange.send(node.address(), "GET", PATH);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("\r\n0\r\n", "\"timestamp\":\"2026", "message");
    assertThat(rows.closed()).succeedsWithin(SOON);
  }

  @Test
  void get_failsInTheMiddleByHttp10_breaksTheAnswer() {
    node.fleet().points =
        FakePages.made(
            new HealthHead("raw"),
            number ->
                number < 3
                    ? Future.succeededFuture(PAGE)
                    : Future.failedFuture(new FleetException(Code.TIMEOUT, "late")));

    var answer = Exchange.raw(node.address(), "GET " + PATH + " HTTP/1.0\r\n\r\n");

    assertThat(answer.body()).startsWith("{\"success\":true").endsWith("}").doesNotContain("]");
  }

  private Socket ask() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16_384);
    socket.connect(new InetSocketAddress(node.address().host(), node.address().port()));
    socket.setSoTimeout((int) SOON.toMillis());
    socket
        .getOutputStream()
        .write(("GET " + PATH + " HTTP/1.1\r\nHost: test\r\n\r\n").getBytes(US_ASCII));
    return socket;
  }

  /** Nothing is asked for while nothing is taken. */
  private void assertStands(FakePages<HealthHead> rows) {
    var before = rows.served().get();
    for (int request = 0; request < 50; request++) {
      node.get("/-/ready");
    }
    assertThat(before).isGreaterThan(1);
    assertThat(rows.served()).hasValue(before);
  }

  private static String dechunked(String body) {
    var rest = body.getBytes(UTF_8);
    var whole = new StringBuilder();
    var place = 0;
    while (true) {
      var end = indexOf(rest, place);
      var length = Integer.parseInt(new String(rest, place, end - place, US_ASCII), 16);
      if (length == 0) {
        return whole.toString();
      }
      whole.append(new String(rest, end + 2, length, UTF_8));
      place = end + 2 + length + 2;
    }
  }

  private static int indexOf(byte[] text, int from) {
    var place = from;
    while (text[place] != '\r') {
      place++;
    }
    return place;
  }
}
