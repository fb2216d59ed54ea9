package io.muster.runtime.metrics;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.metrics.MetricsOptions;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompositeVertxMetricsIT {
  private static final String BODY = "0123456789";

  private final PrometheusMeterRegistry registry = NodeMetrics.createRegistry();
  private final Vertx vertx = instrumentedVertx(registry);
  private final Vertx clientVertx = Vertx.vertx();
  private final HttpClient client = clientVertx.createHttpClient();
  private int port;

  @BeforeEach
  void listen() throws Exception {
    var server =
        vertx
            .createHttpServer()
            .requestHandler(CompositeVertxMetricsIT::answer)
            .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage));
    port = server.listen(0, "127.0.0.1").await(60, SECONDS).actualPort();
  }

  @AfterEach
  void close() throws Exception {
    clientVertx.close().await(60, SECONDS);
    vertx.close().await(60, SECONDS);
  }

  @Test
  void http_requests_areCountedByStatusClassWithTheirBytes() throws Exception {
    for (var path : new String[] {"/200", "/200", "/404", "/503"}) {
      get(path).await(60, SECONDS);
    }

    awaitValue("muster_http_requests_active", 0);
    assertThat(value("muster_http_requests_total")).isEqualTo(4);
    assertThat(value("muster_http_responses_total{code=\"2xx\"}")).isEqualTo(2);
    assertThat(value("muster_http_responses_total{code=\"4xx\"}")).isEqualTo(1);
    assertThat(value("muster_http_responses_total{code=\"5xx\"}")).isEqualTo(1);
    assertThat(value("muster_http_requests_aborted_total")).isZero();
    assertThat(value("muster_http_written_bytes_total")).isGreaterThanOrEqualTo(40);
    assertThat(value("muster_http_connections_open")).isPositive();
    client.close().await(60, SECONDS);
    awaitValue("muster_http_connections_open", 0);
    assertThat(value("muster_http_connections_total")).isPositive();
  }

  @Test
  void http_clientClosesAStream_isActiveAndThenAborted() throws Exception {
    var stream =
        client
            .request(HttpMethod.GET, port, "127.0.0.1", "/stream")
            .compose(request -> request.send())
            .await(60, SECONDS);
    assertThat(value("muster_http_requests_active")).isEqualTo(1);

    stream.request().connection().close().await(60, SECONDS);

    awaitValue("muster_http_requests_aborted_total", 1);
    awaitValue("muster_http_requests_active", 0);
    assertThat(value("muster_http_responses_total{code=\"2xx\"}")).isZero();
  }

  @Test
  void http_webSocket_isOpenUntilItIsClosed() throws Exception {
    var socket =
        java.net.http.HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {})
            .get(60, SECONDS);
    awaitValue("muster_http_websockets_open", 1);
    awaitValue("muster_http_requests_active", 0);

    socket.abort();

    awaitValue("muster_http_websockets_open", 0);
    awaitValue("muster_http_connections_open", 0);
    assertThat(value("muster_http_requests_total")).isEqualTo(1);
    assertThat(value("muster_http_responses_total{code=\"1xx\"}")).isEqualTo(1);
    assertThat(value("muster_http_requests_aborted_total")).isZero();
  }

  @Test
  void eventBus_manyAddresses_areCountedTogether() throws Exception {
    for (var i = 0; i < 5; i++) {
      vertx.eventBus().<String>consumer("host-" + i, message -> message.reply("pong"));
      vertx.eventBus().request("host-" + i, "ping").await(60, SECONDS);
    }

    assertThat(value("muster_vertx_eventbus_sent_total{side=\"local\"}")).isEqualTo(5);
    assertThat(value("muster_vertx_eventbus_handlers")).isEqualTo(5);
    assertThat(registry.scrape()).doesNotContain("host-");
  }

  @Test
  void meters_always_haveADescription() throws Exception {
    eventBus_manyAddresses_areCountedTogether();

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allSatisfy(id -> assertThat(id.getDescription()).as(id.getName()).isNotBlank());
  }

  @Test
  void metrics_secondVertxInTheJvm_countsIntoItsOwnRegistry() throws Exception {
    var otherRegistry = NodeMetrics.createRegistry();
    var otherVertx = instrumentedVertx(otherRegistry);

    otherVertx.eventBus().publish("anywhere", "a");

    assertThat(registry.find("muster.vertx.eventbus.published").counter()).isNull();
    assertThat(otherRegistry.get("muster.vertx.eventbus.published").counter().count()).isEqualTo(1);
    otherVertx.close().await(60, SECONDS);
  }

  private static Vertx instrumentedVertx(PrometheusMeterRegistry registry) {
    return Vertx.builder()
        .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
        .withMetrics(NodeMetrics.vertxMetricsFactory(registry))
        .build();
  }

  private static void answer(HttpServerRequest request) {
    if (request.path().equals("/stream")) {
      request.response().setChunked(true).write(BODY);
      return;
    }
    request.response().setStatusCode(Integer.parseInt(request.path().substring(1))).end(BODY);
  }

  private Future<?> get(String path) {
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", path)
        .compose(request -> request.send())
        .compose(response -> response.end());
  }

  /** Waits for a value, because servers count slightly after the client has the response. */
  private void awaitValue(String sample, double expected) throws Exception {
    var reached = Promise.<Void>promise();
    var timer =
        clientVertx.setPeriodic(
            5,
            tick -> {
              if (value(sample) == expected) {
                reached.tryComplete();
              }
            });
    try {
      reached.future().await(60, SECONDS);
    } catch (TimeoutException e) {
      assertThat(value(sample)).as(sample).isEqualTo(expected);
    } finally {
      clientVertx.cancelTimer(timer);
    }
  }

  private double value(String sample) {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .findFirst()
        .map(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .orElseThrow(() -> new AssertionError("no " + sample));
  }
}
