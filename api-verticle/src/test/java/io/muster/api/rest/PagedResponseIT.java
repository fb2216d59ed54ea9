package io.muster.api.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Exchange;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Page;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that are too large for memory. */
class PagedResponseIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String PATH = "/api/user/client_health?user_id=a";
  private static final int ROWS = 500;
  private static final List<HealthPoint> PAGE = Collections.nCopies(ROWS, FakeRestServices.POINT);
  private static final int PAGE_BYTES = Page.of(PAGE, false).json().length();

  private final RestTestNode node = RestTestNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 200})
  void get_anyNumberOfPages_isOneEnvelope(int pages) {
    node.services().healthPoints = FakePages.repeat(new HealthHead("raw"), pages, PAGE);

    var response = node.get(PATH);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("x-resolution")).contains("raw");
    assertThat(response.header("content-length").isPresent()).isEqualTo(pages < 2);
    assertThat(response.header("transfer-encoding").isPresent()).isEqualTo(pages >= 2);
    var json = new JsonObject(pages < 2 ? response.body() : decodeChunks(response.body()));
    assertThat(json.getJsonArray("data")).hasSize(pages * ROWS);
    assertThat(json.getString("timestamp")).isEqualTo("2026-08-08T12:35:00.500000Z");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20})
  void get_gzip_isOneCompressedEnvelope(int pages) throws IOException, InterruptedException {
    node.services().healthPoints = FakePages.repeat(new HealthHead("raw"), pages, PAGE);
    var request =
        HttpRequest.newBuilder(URI.create("http://" + node.address() + PATH))
            .header("Accept-Encoding", "gzip")
            .build();

    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());

    assertThat(response.headers().allValues("content-encoding")).containsExactly("gzip");
    assertThat(response.headers().allValues("vary")).contains("accept-encoding");
    assertThat(response.body()).hasSizeLessThan(pages * PAGE_BYTES / 5);
    try (var body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      var json = new JsonObject(Buffer.buffer(body.readAllBytes()));
      assertThat(json.getJsonArray("data")).hasSize(pages * ROWS);
      assertThat(json.getBoolean("success")).isTrue();
    }
  }

  @Test
  void get_byHttp10_endsWithTheConnection() {
    node.services().healthPoints = FakePages.repeat(new HealthHead("raw"), 3, PAGE);
    for (var header : new String[] {"", "Connection: keep-alive\r\n"}) {
      node.services().healthPoints = FakePages.repeat(new HealthHead("raw"), 3, PAGE);

      var response =
          Exchange.sendRaw(node.address(), "GET " + PATH + " HTTP/1.0\r\n" + header + "\r\n");

      assertThat(response.header("transfer-encoding")).isEmpty();
      assertThat(response.json().getJsonArray("data")).hasSize(3 * ROWS);
    }
  }

  @Test
  void get_pipelined_responsesAreSeparateAndInOrder() {
    node.services().healthPoints = FakePages.repeat(new HealthHead("raw"), 3, PAGE);
    var stat = "GET /api/user/client_stat?user_id=a HTTP/1.1\r\nHost: localhost\r\n";

    var response =
        Exchange.sendRaw(
            node.address(),
            "GET "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
                + stat
                + "\r\n"
                + stat
                + "Connection: close\r\n\r\n");

    var rest = response.body().substring(response.body().indexOf("\r\n0\r\n\r\n") + 7);
    assertThat(rest.split("HTTP/1.1 200 OK", -1)).hasSize(3);
    assertThat(new JsonObject(decodeChunks(response.body())).getJsonArray("data"))
        .hasSize(3 * ROWS);
  }

  /** A million rows, of which the kernel buffers a bounded number and the node two pages. */
  @Test
  void get_slowClient_throttlesThePages() throws IOException {
    var rows = FakePages.repeat(new HealthHead("raw"), 2000, PAGE);
    node.services().healthPoints = rows;
    try (var socket = sendRequest()) {
      var stream = socket.getInputStream();
      long read = stream.readNBytes(1000).length;
      AssertionPoller.awaitAssertion(TIMEOUT, () -> assertPaused(rows));
      assertThat(rows.servedCount().get()).isLessThan(200);
      for (int round = 0; round < 20; round++) {
        var before = rows.servedCount().get();
        read += stream.readNBytes(20 * PAGE_BYTES).length;
        AssertionPoller.awaitAssertion(
            TIMEOUT, () -> assertThat(rows.servedCount().get()).isGreaterThan(before));
        assertThat((long) rows.servedCount().get() * PAGE_BYTES - read).isLessThan(30_000_000);
      }
    }
    assertThat(rows.closed()).succeedsWithin(TIMEOUT);
  }

  @Test
  void get_clientDisconnects_closesThePages() throws IOException {
    var rows = FakePages.repeat(new HealthHead("raw"), Integer.MAX_VALUE, PAGE);
    node.services().healthPoints = rows;
    try (var socket = sendRequest()) {
      socket.getInputStream().readNBytes(100_000);
    }

    assertThat(rows.closed()).succeedsWithin(TIMEOUT);
    assertThat(node.get("/api/user/client_stat?user_id=a").status()).isEqualTo(200);
  }

  @Test
  void get_failsInTheMiddle_abortsTheResponse() {
    var rows =
        FakePages.<HealthHead, HealthPoint>generate(
            new HealthHead("raw"),
            number ->
                number < 3
                    ? Future.succeededFuture(Page.of(PAGE, false))
                    : Future.failedFuture(new FleetException(Code.UNAVAILABLE, "unavailable")));
    node.services().healthPoints = rows;

    var response = Exchange.send(node.address(), "GET", PATH);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).doesNotContain("\r\n0\r\n", "\"timestamp\":\"2026", "message");
    assertThat(rows.closed()).succeedsWithin(TIMEOUT);
  }

  @Test
  void get_failsInTheMiddleByHttp10_abortsTheResponse() {
    node.services().healthPoints =
        FakePages.<HealthHead, HealthPoint>generate(
            new HealthHead("raw"),
            number ->
                number < 3
                    ? Future.succeededFuture(Page.of(PAGE, false))
                    : Future.failedFuture(new FleetException(Code.TIMEOUT, "late")));

    var response = Exchange.sendRaw(node.address(), "GET " + PATH + " HTTP/1.0\r\n\r\n");

    assertThat(response.body()).startsWith("{\"success\":true").endsWith("}").doesNotContain("]");
  }

  private Socket sendRequest() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16_384);
    socket.connect(new InetSocketAddress(node.address().host(), node.address().port()));
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    socket
        .getOutputStream()
        .write(("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
    return socket;
  }

  /** Asserts that no page is requested while the client does not read. */
  private void assertPaused(FakePages<HealthHead, HealthPoint> rows) {
    var before = rows.servedCount().get();
    for (int request = 0; request < 50; request++) {
      node.get("/-/ready");
    }
    assertThat(before).isGreaterThan(1);
    assertThat(rows.servedCount()).hasValue(before);
  }

  private static String decodeChunks(String body) {
    var rest = body.getBytes(UTF_8);
    var whole = new StringBuilder();
    var index = 0;
    while (true) {
      var end = indexOf(rest, index);
      var length = Integer.parseInt(new String(rest, index, end - index, US_ASCII), 16);
      if (length == 0) {
        return whole.toString();
      }
      whole.append(new String(rest, end + 2, length, UTF_8));
      index = end + 2 + length + 2;
    }
  }

  private static int indexOf(byte[] text, int from) {
    var index = from;
    while (text[index] != '\r') {
      index++;
    }
    return index;
  }
}
