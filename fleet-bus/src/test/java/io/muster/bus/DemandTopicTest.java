package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.service.BusService;
import io.muster.bus.service.CollectorService;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.FrameHead;
import io.muster.schema.frame.Headline;
import io.muster.schema.frame.Include;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemandTopicTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void renew_reachesTheHostItNames_andNoOther() throws Exception {
    var topic = DemandTopic.on(vertx);
    var here = new LinkedBlockingQueue<Section>();
    var elsewhere = new LinkedBlockingQueue<Section>();
    topic.listen("gpu-01", here::add).await(10, SECONDS);
    topic.listen("gpu-02", elsewhere::add).await(10, SECONDS);

    topic.renew("gpu-01", Section.PROCESS);
    topic.renew("gpu-02", Section.STORAGE);

    assertThat(here.poll(10, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(elsewhere.poll(10, SECONDS)).isEqualTo(Section.STORAGE);
    assertThat(here).isEmpty();
  }

  @Test
  void listen_sectionThatThisVersionDoesNotKnow_isIgnored() throws Exception {
    var topic = DemandTopic.on(vertx);
    var heard = new LinkedBlockingQueue<Section>();
    topic.listen("gpu-01", heard::add).await(10, SECONDS);

    vertx.eventBus().publish(Address.collector("gpu-01"), Buffer.buffer("quantum"));
    topic.renew("gpu-01", Section.PROCESS);

    assertThat(heard.poll(10, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(heard).isEmpty();
  }

  @Test
  void listen_withACollector_hearsDemandsAndAnswersRequestsAtOneAddress() throws Exception {
    var heard = new LinkedBlockingQueue<Section>();
    var asked = new LinkedBlockingQueue<CollectRequest>();
    var receipt = new CollectReceipt(1_786_185_000_000L, 42);
    CollectorService collector =
        request -> {
          asked.add(request);
          return Future.succeededFuture(receipt);
        };
    DemandTopic.on(vertx)
        .listen(
            "gpu-01",
            heard::add,
            vertx -> BusService.answers(vertx, CollectorService.class, collector))
        .await(10, SECONDS);

    var answer = proxy("gpu-01").collect(CollectRequest.of(Include.ALL.sections()));
    assertThat(answer.await(10, SECONDS)).isEqualTo(receipt);
    DemandTopic.on(vertx).renew("gpu-01", Section.PROCESS);

    assertThat(heard.poll(10, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(heard).as("a request is no demand").isEmpty();
    assertThat(asked).containsExactly(new CollectRequest(List.of("process")));
    assertThat(asked.remove().wants(Section.PROCESS)).isTrue();
  }

  @Test
  void collect_hostWithoutACollector_isUnavailableAtOnce() {
    var failure =
        catchThrowable(() -> proxy("nobody").collect(CollectRequest.PLAIN).await(10, SECONDS));

    assertThat(failure).hasFieldOrPropertyWithValue("code", FleetException.Code.UNAVAILABLE);
  }

  @Test
  void receipt_isMetByItsFrameAndNewerOnes() {
    var receipt = new CollectReceipt(5, 10);

    assertThat(receipt.isMetBy(head(5, 9))).isFalse();
    assertThat(receipt.isMetBy(head(5, 10))).isTrue();
    assertThat(receipt.isMetBy(head(5, 11))).isTrue();
    assertThat(receipt.isMetBy(head(4, 11))).isFalse();
    assertThat(receipt.isMetBy(head(6, 1))).isTrue();
    assertThat(CollectReceipt.of(head(5, 10))).isEqualTo(receipt);
  }

  @Test
  void request_ofTheDefaultSections_asksForNothingCostly() {
    assertThat(CollectRequest.of(Include.DEFAULT.sections())).isEqualTo(CollectRequest.PLAIN);
  }

  @Test
  void renew_noCollectorListens_isNoTrouble() {
    DemandTopic.on(vertx).renew("nobody", Section.PROCESS);
  }

  private CollectorService proxy(String host) {
    return BusService.proxy(
        vertx, Address.collector(host), CollectorService.class, Duration.ofSeconds(10));
  }

  private static FrameHead head(long bootId, long sequence) {
    return new FrameHead(
        "gpu-01",
        "6e1131b4b9cc454aa6ce3294ab860b2d",
        bootId,
        sequence,
        Instant.EPOCH,
        Duration.ofSeconds(3),
        false,
        Headline.of(Readings.NONE));
  }
}
