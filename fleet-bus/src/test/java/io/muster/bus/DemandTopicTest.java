package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.service.CollectorService;
import io.muster.bus.transport.BusService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemandTopicTest {
  private final Vertx vertx = Vertx.vertx();
  private final BusService services =
      new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void renew_twoHosts_reachesOnlyTheNamedHost() throws Exception {
    var topic = DemandTopic.on(vertx);
    var firstHostDemands = new LinkedBlockingQueue<Section>();
    var secondHostDemands = new LinkedBlockingQueue<Section>();
    subscribe("gpu-01", firstHostDemands);
    subscribe("gpu-02", secondHostDemands);

    topic.renew("gpu-01", Section.PROCESS);
    topic.renew("gpu-02", Section.STORAGE);

    assertThat(firstHostDemands.poll(60, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(secondHostDemands.poll(60, SECONDS)).isEqualTo(Section.STORAGE);
    assertThat(firstHostDemands).isEmpty();
  }

  @Test
  void renew_unknownSection_isIgnored() throws Exception {
    var topic = DemandTopic.on(vertx);
    var demands = new LinkedBlockingQueue<Section>();
    subscribe("gpu-01", demands);

    vertx.eventBus().publish(Address.collector("gpu-01"), Buffer.buffer("quantum"));
    topic.renew("gpu-01", Section.PROCESS);

    assertThat(demands.poll(60, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(demands).isEmpty();
  }

  @Test
  void renew_hostWithACollector_demandsAndRequestsShareOneAddress() throws Exception {
    var demands = new LinkedBlockingQueue<Section>();
    var requests = new LinkedBlockingQueue<CollectRequest>();
    var receipt = new CollectReply(1_786_185_000_000L, 42);
    CollectorService collector =
        request -> {
          requests.add(request);
          return Future.succeededFuture(receipt);
        };
    services
        .registerDirect(
            Address.collector("gpu-01"),
            CollectorService.class,
            collector,
            DemandTopic.demandHandler(demands::add))
        .await(60, SECONDS);

    var reply = proxy("gpu-01").collect(CollectRequest.of(SectionSelection.ALL.sections()));
    assertThat(reply.await(60, SECONDS)).isEqualTo(receipt);
    DemandTopic.on(vertx).renew("gpu-01", Section.PROCESS);

    assertThat(demands.poll(60, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(demands).as("a request is not a demand").isEmpty();
    assertThat(requests).containsExactly(new CollectRequest(List.of("process")));
    assertThat(requests.remove().contains(Section.PROCESS)).isTrue();
  }

  @Test
  void collect_hostWithoutACollector_isUnavailableAtOnce() {
    var failure =
        catchThrowable(
            () ->
                proxy("unknown-host")
                    .collect(CollectRequest.WITHOUT_COSTLY_SECTIONS)
                    .await(60, SECONDS));

    assertThat(failure).hasFieldOrPropertyWithValue("code", FleetException.Code.UNAVAILABLE);
  }

  @Test
  void isSatisfiedBy_namedFrameOrNewer_isTrue() {
    var receipt = new CollectReply(5, 10);

    assertThat(receipt.isSatisfiedBy(header(5, 9))).isFalse();
    assertThat(receipt.isSatisfiedBy(header(5, 10))).isTrue();
    assertThat(receipt.isSatisfiedBy(header(5, 11))).isTrue();
    assertThat(receipt.isSatisfiedBy(header(4, 11))).isFalse();
    assertThat(receipt.isSatisfiedBy(header(6, 1))).isTrue();
    assertThat(CollectReply.of(header(5, 10))).isEqualTo(receipt);
  }

  @Test
  void collectRequest_defaultSections_containsNoCostlySection() {
    assertThat(CollectRequest.of(SectionSelection.DEFAULT.sections()))
        .isEqualTo(CollectRequest.WITHOUT_COSTLY_SECTIONS);
  }

  @Test
  void renew_withoutCollector_doesNotFail() {
    DemandTopic.on(vertx).renew("unknown-host", Section.PROCESS);
  }

  private CollectorService proxy(String host) {
    return services.proxy(Address.collector(host), CollectorService.class, Duration.ofSeconds(10));
  }

  private void subscribe(String host, Queue<Section> demands) throws Exception {
    vertx
        .eventBus()
        .consumer(Address.collector(host), DemandTopic.demandHandler(demands::add))
        .completion()
        .await(60, SECONDS);
  }

  private static FrameHeader header(long bootId, long sequence) {
    return new FrameHeader(
        "gpu-01",
        "6e1131b4b9cc454aa6ce3294ab860b2d",
        bootId,
        sequence,
        Instant.EPOCH,
        Duration.ofSeconds(3),
        false,
        FrameSummary.of(Readings.EMPTY));
  }
}
