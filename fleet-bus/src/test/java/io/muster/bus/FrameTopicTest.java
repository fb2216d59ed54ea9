package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameTopicTest {
  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeterFactory meters = new MeterFactory(registry, "muster.test.");

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void publish_inOneJvm_deliversTheSameObjectToEverySubscriber() throws Exception {
    var topic = FrameTopic.on(vertx);
    var first = new LinkedBlockingQueue<EncodedFrame>();
    var second = new LinkedBlockingQueue<EncodedFrame>();
    topic.subscribe(first::add, meters).await(60, SECONDS);
    topic.subscribe(second::add, meters).await(60, SECONDS);
    var frame = FrameTestData.fullFrame("a", 1);

    topic.publish(frame);

    assertThat(first.poll(10, SECONDS)).isSameAs(frame);
    assertThat(second.poll(10, SECONDS)).isSameAs(frame);
    assertThat(count("frames.received")).isEqualTo(2);
    assertThat(rejected("malformed")).isZero();
  }

  @Test
  void publish_throughAnotherTopicOfTheSameBus_isDelivered() throws Exception {
    var received = new LinkedBlockingQueue<EncodedFrame>();
    FrameTopic.on(vertx).subscribe(received::add, meters).await(60, SECONDS);
    var frame = FrameTestData.fullFrame("a", 1);

    FrameTopic.on(vertx).publish(frame);

    assertThat(received.poll(60, SECONDS)).isSameAs(frame);
  }

  @Test
  void subscribe_otherMessageAtTheAddress_isCountedAndTheNextFrameDelivered() throws Exception {
    var topic = FrameTopic.on(vertx);
    var received = new LinkedBlockingQueue<EncodedFrame>();
    topic.subscribe(received::add, meters).await(60, SECONDS);
    var frame = FrameTestData.fullFrame("a", 1);

    vertx.eventBus().publish(Address.FRAMES, Buffer.buffer("not a frame"));
    topic.publish(frame);

    assertThat(received.poll(10, SECONDS)).isSameAs(frame);
    assertThat(rejected("malformed")).isEqualTo(1);
    assertThat(count("frames.received")).isEqualTo(2);
  }

  @Test
  void subscribe_handlerRejectsAFrame_isCountedByItsReason() throws Exception {
    var topic = FrameTopic.on(vertx);
    var received = new LinkedBlockingQueue<EncodedFrame>();
    topic
        .subscribe(
            frame -> {
              received.add(frame);
              throw new FrameRejectedException(FrameRejection.HOSTS, "a", "thrown by the test");
            },
            meters)
        .await(60, SECONDS);

    topic.publish(FrameTestData.fullFrame("a", 1));
    topic.publish(FrameTestData.fullFrame("a", 2));

    assertThat(received.poll(60, SECONDS)).isNotNull();
    assertThat(received.poll(60, SECONDS)).isNotNull();
    assertThat(rejected("hosts")).isPositive();
  }

  @Test
  void subscribe_handlerThrows_nextFrameIsDelivered() throws Exception {
    var topic = FrameTopic.on(vertx);
    var received = new LinkedBlockingQueue<EncodedFrame>();
    topic
        .subscribe(
            frame -> {
              received.add(frame);
              throw new IllegalStateException("thrown by the test");
            },
            meters)
        .await(60, SECONDS);

    topic.publish(FrameTestData.fullFrame("a", 1));
    topic.publish(FrameTestData.fullFrame("a", 2));

    assertThat(received.poll(60, SECONDS).header().sequence()).isEqualTo(1);
    assertThat(received.poll(60, SECONDS).header().sequence()).isEqualTo(2);
  }

  private double rejected(String reason) {
    return registry.get("muster.test.frames.rejected").tag("reason", reason).counter().count();
  }

  private double count(String name) {
    return registry.get("muster.test." + name).counter().count();
  }
}
