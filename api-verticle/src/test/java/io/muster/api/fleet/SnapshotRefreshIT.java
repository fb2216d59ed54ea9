package io.muster.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FrameTopic;
import io.muster.bus.service.CollectorService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class SnapshotRefreshIT {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = INTERVAL.plusMillis(200);

  /** Longer than any step takes on a loaded machine. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  /** Waiting for a collector with this interval exceeds the timeout of a request. */
  private static final Duration LONG_INTERVAL = Duration.ofMinutes(5);

  private final ApiNode node = ApiNode.start(ApiNode.configWithEventLoops(3));
  private final List<FakeCollectorService> collectors = new ArrayList<>();

  @AfterEach
  void close() {
    collectors.forEach(FakeCollectorService::release);
    node.close();
  }

  @Test
  void get_upToTwoIntervals_isTheKnownFrame() {
    var collector = startCollector("a");

    node.nanos().advance(INTERVAL.multipliedBy(2).minusNanos(1));
    assertThat(timestamp(node.get("/snapshot"))).isEqualTo("2026-08-08T12:34:56Z");
    assertThat(collector.requests).isEmpty();

    node.nanos().advance(Duration.ofNanos(1));
    assertThat(timestamp(node.get("/snapshot"))).isEqualTo("2026-08-08T12:34:57Z");
    assertThat(collector.requests).containsExactly(CollectRequest.WITHOUT_COSTLY_SECTIONS);
  }

  @Test
  void get_byManyAtOnce_sharesOneCollection() {
    var collector = startCollector("a");
    collector.holdReplies();
    node.nanos().advance(INTERVAL.multipliedBy(2));

    var client = node.vertx().createHttpClient();
    var responses = IntStream.range(0, 50).mapToObj(i -> get(client, "/snapshot")).toList();
    awaitRequests(collector.requests, 1);
    collector.release();

    for (var response : responses) {
      assertThat(ApiNode.await(response).getString("timestamp")).isEqualTo("2026-08-08T12:34:57Z");
    }
    assertThat(collector.requests).hasSize(1);
  }

  @Test
  void get_collectorNeverReplies_reportsItInTimeAndDoesNotWaitAgain() {
    var collector = startCollector("a");
    collector.holdReplies();
    node.nanos().advance(INTERVAL.multipliedBy(2));

    var began = System.nanoTime();
    var response = node.get("/snapshot");
    var waited = Duration.ofNanos(System.nanoTime() - began);

    assertThat(waited).isBetween(INTERVAL, TIMEOUT.plus(SLACK));
    assertThat(response.status()).isEqualTo(200);
    assertSilent(response.json(), "a");
    began = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertSilent(node.get("/snapshot").json(), "a");
      node.nanos().advance(INTERVAL.dividedBy(12));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SLACK);
    assertThat(collector.requests).hasSize(1);

    node.nanos().advance(INTERVAL);
    collector.release();
    assertThat(timestamp(node.get("/snapshot")))
        .as("the late frame, or the next one")
        .isIn("2026-08-08T12:34:57Z", "2026-08-08T12:34:58Z");
  }

  @Test
  void get_noCollector_reportsItAtOnce() {
    node.publish(frame("a", 1, false, LONG_INTERVAL));
    node.nanos().advance(LONG_INTERVAL.multipliedBy(2));

    assertSilent(node.get("/snapshot").json(), "a");
  }

  @Test
  void get_collectorFails_reportsItAtOnce() {
    var collector = startCollector("a", LONG_INTERVAL);
    collector.failing = true;
    node.nanos().advance(LONG_INTERVAL.multipliedBy(2));

    assertSilent(node.get("/snapshot").json(), "a");
  }

  @Test
  void get_processesThatTheFrameLacks_collectsThemOnce() {
    var collector = startCollector("a");

    assertThat(node.get("/snapshot?include=cpu").status()).isEqualTo(200);
    assertThat(collector.requests).isEmpty();
    var json = node.get("/snapshot?include=gpu,process").json();
    assertThat(json.getJsonArray("processes")).hasSize(1);
    assertThat(json.getJsonArray("gpus")).hasSize(1);
    node.get("/snapshot?include=process");

    assertThat(collector.requests).containsExactly(CollectRequest.of(List.of(Section.PROCESS)));
  }

  @Test
  void get_unknownHost_sendsNoRequest() {
    var collector = startCollector("a");
    var other = new FakeCollectorService("unknown-host");
    node.nanos().advance(INTERVAL.multipliedBy(2));

    assertThat(node.get("/snapshot?host=unknown-host").status()).isEqualTo(404);
    assertThat(node.get("/snapshot?include=process&host=unknown-host").status()).isEqualTo(404);
    assertThat(other.requests).isEmpty();
    assertThat(collector.requests).isEmpty();
  }

  @Test
  void get_oneOfSeveralHostsIsDead_returnsTheOthers() {
    var a = startCollector("a");
    var dead = startCollector("b");
    var c = startCollector("c");
    dead.holdReplies();
    node.nanos().advance(INTERVAL.multipliedBy(2));

    var began = System.nanoTime();
    var json = node.get("/snapshot").json();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT.plus(SLACK));

    assertSilent(json, "b");
    assertThat(json.getJsonArray("gpus"))
        .extracting(gpu -> ((JsonObject) gpu).getString("host_id"))
        .containsExactly("a", "c");
    assertThat(json.getString("timestamp")).isEqualTo("2026-08-08T12:34:57Z");
    assertThat(a.requests).hasSize(1);
    assertThat(c.requests).hasSize(1);

    assertThat(timestamp(node.get("/snapshot?host=a"))).isEqualTo("2026-08-08T12:34:57Z");
    assertThat(a.requests).hasSize(1);
  }

  private FakeCollectorService startCollector(String host) {
    return startCollector(host, INTERVAL);
  }

  private FakeCollectorService startCollector(String host, Duration interval) {
    node.publish(frame(host, 1, false, interval));
    // Any of the event loops may have answered before the frame was stored.
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1),
        () -> assertThat(node.get("/snapshot?host=" + host).status()).isEqualTo(200));
    var collector = new FakeCollectorService(host);
    collectors.add(collector);
    return collector;
  }

  private Future<JsonObject> get(HttpClient client, String target) {
    return client
        .request(HttpMethod.GET, node.mainAddress().port(), node.mainAddress().host(), target)
        .compose(request -> request.send())
        .compose(response -> response.body())
        .map(Buffer::toJsonObject);
  }

  private void awaitRequests(List<?> requests, int count) {
    for (int attempt = 0; attempt < 10_000 && requests.size() < count; attempt++) {
      node.get("/-/ready");
    }
    assertThat(requests).hasSize(count);
  }

  private static String timestamp(Exchange response) {
    assertThat(response.json().containsKey("errors")).as(response.body()).isFalse();
    return response.json().getString("timestamp");
  }

  private static void assertSilent(JsonObject json, String host) {
    assertThat(json.getJsonArray("errors")).as(json.encode()).hasSize(1);
    var error = json.getJsonArray("errors").getJsonObject(0);
    assertThat(error.getString("kind")).isIn("timeout", "stale");
    assertThat(error.getString("message")).startsWith("host " + host + ": ");
  }

  private static EncodedFrame frame(
      String host, int sequence, boolean processes, Duration interval) {
    var frame =
        TestFrame.of(host)
            .interval(interval)
            .sequence(sequence)
            .section(Section.GPU, "[{\"host_id\":\"" + host + "\"}]");
    return (processes ? frame.section(Section.PROCESS, "[{\"pid\":1}]") : frame).build();
  }

  /** The collector of one host, which publishes one more frame for each request. */
  private final class FakeCollectorService implements CollectorService {
    private final List<CollectRequest> requests = new CopyOnWriteArrayList<>();
    private final String host;
    private volatile Promise<Void> released = Promise.promise();
    private volatile boolean failing;
    private volatile int sequence = 1;

    FakeCollectorService(String host) {
      this.host = host;
      released.complete();
      ApiNode.await(
          node.services()
              .registerDirect(Address.collector(host), CollectorService.class, this, demand -> {}));
    }

    /** Delays replies until {@link #release}. */
    void holdReplies() {
      released = Promise.promise();
    }

    void release() {
      released.tryComplete();
    }

    @Override
    public Future<CollectReply> collect(CollectRequest request) {
      requests.add(request);
      if (failing) {
        return Future.failedFuture(
            new FleetException(FleetException.Code.UNAVAILABLE, "the driver is unloaded"));
      }
      return released.future().map(ignored -> publish(request));
    }

    private CollectReply publish(CollectRequest request) {
      sequence = requests.size() + 1;
      var hasProcesses = !request.equals(CollectRequest.WITHOUT_COSTLY_SECTIONS);
      var frame = frame(host, sequence, hasProcesses, INTERVAL);
      FrameTopic.on(node.vertx()).publish(frame);
      return CollectReply.of(frame.header());
    }
  }
}
