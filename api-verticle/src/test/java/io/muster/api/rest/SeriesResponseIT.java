package io.muster.api.rest;

import static io.muster.api.rest.FakeRestServices.CLIENT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.Page;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.history.SeriesRange;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The history of devices and hosts: parameters, JSON in columns, and CSV. */
class SeriesResponseIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String DEVICE = "/api/devices/GPU-1/history";
  private static final String HOST = "/api/hosts/gpu-01/history";
  private static final String CSV = "Accept: text/csv";
  private static final int YEAR_MINUTES = 365 * 1440;
  private static final int PAGE_BINS = 1460;

  @AfterAll
  static void close() {
    NODE.close();
  }

  @BeforeEach
  void reset() {
    NODE.services().calls.clear();
    respond(1, 1);
  }

  @Test
  void get_parameters_arePassedOn() {
    NODE.get(DEVICE);
    NODE.get(
        "/api/devices/GPU%2F%251%20x/history?host=a&from=2025-07-29T19:55:48.5%2B02:00"
            + "&to=2025-07-30T00:00:00Z&step=5m&points=7&metrics=energy,power&metrics=energy");
    NODE.get("/api/hosts/rack%2F7/history?step=30&metrics=network_down");
    NODE.get(HOST + "?step=999999999d&points=10000");

    var none = Optional.<Long>empty();
    assertThat(NODE.services().calls)
        .containsExactly(
            new DeviceSeriesQuery(
                "GPU-1",
                Optional.empty(),
                new SeriesRange(none, none, none, 500),
                SeriesMetric.OF_DEVICE),
            new DeviceSeriesQuery(
                "GPU/%1 x",
                Optional.of("a"),
                new SeriesRange(
                    Optional.of(Instant.parse("2025-07-29T17:55:48.5Z").toEpochMilli()),
                    Optional.of(Instant.parse("2025-07-30T00:00:00Z").toEpochMilli()),
                    Optional.of(300L),
                    7),
                List.of(SeriesMetric.POWER, SeriesMetric.ENERGY)),
            new HostSeriesQuery(
                "rack/7",
                new SeriesRange(none, none, Optional.of(30L), 500),
                List.of(SeriesMetric.NETWORK_DOWN)),
            new HostSeriesQuery(
                "gpu-01",
                new SeriesRange(none, none, Optional.of(86_399_999_913_600L), 10_000),
                SeriesMetric.OF_HOST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "from=2025-07-29 | from: expected an instant of RFC 3339 with an offset (+ is %2B)",
        "from=2025-07-29T00:00:00 | from: expected an instant of RFC 3339",
        "from=2025-07-29T00:00:00+02:00 | from: expected an instant of RFC 3339",
        "to=10000-01-01T00:00:00Z | to: expected an instant of RFC 3339",
        "to=2025-02-30T00:00:00Z | to: expected an instant of RFC 3339",
        "to= | to: expected an instant of RFC 3339",
        "step=0 | step: expected seconds, or a number with s, m, h or d",
        "step=-60 | step: expected seconds, or a number with",
        "step=60%00 | step: expected seconds, or a number with",
        "step=60%0a | step: expected seconds, or a number with",
        "step=9999999999 | step: expected seconds, or a number with",
        "step=99999999999999999999d | step: expected seconds, or a number with",
        "step=1w | step: expected seconds, or a number with",
        "step=0x10 | step: expected seconds, or a number with",
        "x=%f | query: expected UTF-8, with escapes as %XX",
        "step=1.5 | step: expected seconds, or a number with",
        "step=60&step=60 | step: expected only once",
        "points=0 | points: expected a whole number from 1 to 10000",
        "points=10001 | points: expected a whole number from 1 to 10000",
        "metrics= | metrics[0]: expected utilization or memory or temperature or power or energy",
        "metrics=power, | metrics[1]: expected utilization or",
        "metrics=cpu | metrics[0]: expected utilization or",
        "metrics=power,power,power,power,power,power,power,power,power,power,power | metrics: ex",
        "host=a%0ab | host: expected text without control characters",
        "start=1 | unknown parameter start: expected from, host, metrics, points, step, to",
      })
  void get_badParameters_are400(String query, String message) {
    var response = NODE.get(DEVICE + "?" + query);

    RestTestNode.assertFailure(response, 400);
    assertThat(response.json().getString("message")).startsWith(message);
    assertThat(NODE.services().calls).isEmpty();
  }

  @Test
  void get_json_isInColumns() {
    var bins = 3;
    NODE.services().series =
        metrics ->
            FakePages.generate(
                new SeriesHead(CLIENT, "a \"name\"", 300, 0, bins),
                number ->
                    Future.succeededFuture(
                        Page.of(
                            Collections.nCopies(number + 1, FakeRestServices.bin(metrics)),
                            number == 1)));

    var response = NODE.get(DEVICE + "?metrics=power,energy");

    assertThat(response.body())
        .startsWith(
            """
            {"success":true,"data":{"client_id":"6e1131b4b9cc454aa6ce3294ab860b2d",\
            "host":"a \\"name\\"","uuid":"GPU-1","step_s":300,"from":"1970-01-01T00:00:00.000000Z",\
            "to":"1970-01-01T00:15:00.000000Z","timestamps":["1970-01-01T00:00:00.000000Z",\
            "1970-01-01T00:05:00.000000Z","1970-01-01T00:10:00.000000Z"],\
            "power":{"mean":[null,null,null],"min":[1,1,1],"max":[2,2,2]},\
            "energy":{"joules":[3,3,3]}},"message":\
            """);
    assertThat(response.headers()).contains("vary: accept");
    var tag = response.header("etag").orElseThrow();
    assertThat(NODE.get(DEVICE + "?metrics=power,energy", "If-None-Match: " + tag).status())
        .isEqualTo(304);
  }

  @Test
  void get_jsonOfHost_hasNoUuid() {
    var data = NODE.get(HOST).json().getJsonObject("data");

    assertThat(data.fieldNames())
        .containsExactly(
            "client_id",
            "host",
            "step_s",
            "from",
            "to",
            "timestamps",
            "cpu",
            "memory",
            "disk",
            "network_up",
            "network_down");
    assertThat(data.getJsonObject("network_up")).isEqualTo(new JsonObject("{\"bytes\":[9]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/csv",
        "TEXT/CSV; header=present; q=0.9, application/json;q=0.8",
        "text/*, */*;q=0.1",
        "text/html, text/csv"
      })
  void get_csvPreferred_isCsv(String accept) {
    var response = NODE.get(DEVICE + "?metrics=power,energy", "Accept: " + accept);

    assertThat(response.header("content-type")).contains("text/csv; charset=utf-8; header=present");
    assertThat(response.headers()).contains("vary: accept");
    assertThat(response.body())
        .contains(
            "timestamp,power_mean,power_min,power_max,energy_joules\r\n",
            "1970-01-01T00:00:00.000000Z,,1,2,3\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "text/csv;q=0",
        "text/csv;q=0.1, application/json",
        "text/csv;q=x, */*;q=0.1",
        "application/json, text/csv",
        "image/png",
        ",;,;q=,"
      })
  void get_csvNotPreferred_isJson(String accept) {
    assertThat(NODE.get(DEVICE, "Accept: " + accept).json().getBoolean("success")).isTrue();
  }

  @Test
  void get_severalAcceptHeaders_areOneList() {
    var response = NODE.get(DEVICE, "Accept: application/json;q=0.1", CSV);

    assertThat(response.header("content-type")).contains("text/csv; charset=utf-8; header=present");
  }

  @Test
  void get_manyBins_areForCsvOnly() {
    var pages = respond(10_001, 1);

    var response = NODE.get(DEVICE);
    RestTestNode.assertFailure(response, 400);
    assertThat(response.json().getString("message"))
        .isEqualTo("step: expected at most 10000 bins, not 10001; CSV may have more");
    assertThat(pages.closed()).succeedsWithin(TIMEOUT);

    respond(10_001, 1);
    assertThat(NODE.get(DEVICE, CSV).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accept: */*", CSV})
  void get_failsBeforeTheFirstPage_isInTheEnvelope(String accept) {
    NODE.services().series =
        metrics ->
            FakePages.generate(
                new SeriesHead(CLIENT, "x", 60, 0, 1),
                number -> Future.failedFuture(new FleetException(Code.UNAVAILABLE, "no database")));

    RestTestNode.assertFailure(NODE.get(HOST, accept), 503);
  }

  @Test
  void get_csvFailsInTheMiddle_isNotComplete() {
    NODE.services().series =
        metrics ->
            FakePages.generate(
                new SeriesHead(CLIENT, "x", 60, 0, 9),
                number ->
                    number < 2
                        ? Future.succeededFuture(
                            Page.of(List.of(FakeRestServices.bin(metrics)), false))
                        : Future.failedFuture(new FleetException(Code.TIMEOUT, "late")));

    var response = NODE.get(HOST, CSV);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).contains("1970-01-01T00:01:00").doesNotContain("\r\n0\r\n");
  }

  @Test
  void get_yearOfMinutesAsCsv_isComplete() throws Exception {
    respond(YEAR_MINUTES, YEAR_MINUTES / PAGE_BINS);
    var request =
        HttpRequest.newBuilder(csvRequest(), (name, value) -> true)
            .header("Accept-Encoding", "gzip")
            .build();

    var body = HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray()).body();

    try (var csv = new GZIPInputStream(new ByteArrayInputStream(body))) {
      var lines = new String(csv.readAllBytes(), US_ASCII).lines().toList();
      assertThat(lines).hasSize(1 + YEAR_MINUTES);
      assertThat(lines.get(YEAR_MINUTES))
          .isEqualTo("1970-12-31T23:59:00.000000Z,,1,2,3,4,5,6,7,8,9,10,11,12");
    }
  }

  /** Some 180 MB, which are read as fast as they are sent. */
  @Test
  @Tag("slow")
  void get_fiveYearsOfMinutesAsCsv_needsNoMemory() throws Exception {
    respond(5 * YEAR_MINUTES, 5 * YEAR_MINUTES / PAGE_BINS);
    var before = usedHeapBytes();
    var most = 0L;
    var bins = -1;
    try (var body =
            HttpClient.newHttpClient().send(csvRequest(), BodyHandlers.ofInputStream()).body();
        var lines = new BufferedReader(new InputStreamReader(body, US_ASCII))) {
      while (lines.readLine() != null) {
        bins++;
        if (bins % YEAR_MINUTES == YEAR_MINUTES / 2) {
          most = Math.max(most, usedHeapBytes() - before);
        }
      }
    }
    assertThat(bins).isEqualTo(5 * YEAR_MINUTES);
    assertThat(most).isLessThan(20_000_000);
  }

  /** Returns the heap that is in use after a collection. */
  private static long usedHeapBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void get_slowCsvClient_throttlesAndClosesThePages() throws IOException {
    var pages = respond(YEAR_MINUTES, YEAR_MINUTES / PAGE_BINS);
    try (var socket = sendRequest()) {
      socket.getInputStream().readNBytes(1000);
      AssertionPoller.awaitAssertion(TIMEOUT, () -> assertPaused(pages));
      assertThat(pages.servedCount()).hasValueLessThan(YEAR_MINUTES / PAGE_BINS);
    }

    assertThat(pages.closed()).succeedsWithin(TIMEOUT);
  }

  private static HttpRequest csvRequest() {
    return HttpRequest.newBuilder(URI.create("http://" + NODE.address() + DEVICE))
        .header("Accept", "text/csv")
        .build();
  }

  private static Socket sendRequest() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16_384);
    socket.connect(new InetSocketAddress(NODE.address().host(), NODE.address().port()));
    var head = "GET " + DEVICE + " HTTP/1.1\r\nHost: localhost\r\n" + CSV + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(US_ASCII));
    return socket;
  }

  /** Asserts that no page is requested while the client does not read. */
  private static void assertPaused(FakePages<SeriesHead, SeriesBin> pages) {
    var before = pages.servedCount().get();
    for (var request = 0; request < 20; request++) {
      NODE.get("/-/ready");
    }
    assertThat(before).isGreaterThan(1);
    assertThat(pages.servedCount()).hasValue(before);
  }

  /** Responds with this number of equal bins of a minute, in equal pages. */
  private static FakePages<SeriesHead, SeriesBin> respond(int bins, int pages) {
    var page = Collections.nCopies(bins / pages, FakeRestServices.bin(SeriesMetric.OF_DEVICE));
    FakePages<SeriesHead, SeriesBin> all =
        FakePages.repeat(new SeriesHead(CLIENT, "gpu-01", 60, 0, bins), pages, page);
    NODE.services().series =
        metrics ->
            metrics.equals(SeriesMetric.OF_DEVICE)
                ? all
                : FakePages.repeat(
                    all.head(),
                    pages,
                    Collections.nCopies(bins / pages, FakeRestServices.bin(metrics)));
    return all;
  }
}
