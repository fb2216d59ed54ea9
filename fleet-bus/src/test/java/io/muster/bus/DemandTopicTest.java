package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.Section;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

    vertx.eventBus().publish(Address.demand("gpu-01"), Buffer.buffer("quantum"));
    topic.renew("gpu-01", Section.PROCESS);

    assertThat(heard.poll(10, SECONDS)).isEqualTo(Section.PROCESS);
    assertThat(heard).isEmpty();
  }

  @Test
  void renew_noCollectorListens_isNoTrouble() {
    DemandTopic.on(vertx).renew("nobody", Section.PROCESS);
  }
}
