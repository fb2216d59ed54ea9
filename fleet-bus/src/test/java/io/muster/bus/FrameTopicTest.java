package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SampleFrames;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameTopicTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void publish_inOneJvm_handsTheFrameItselfToEverySubscriber() throws Exception {
    var topic = FrameTopic.on(vertx);
    var first = new LinkedBlockingQueue<EncodedFrame>();
    var second = new LinkedBlockingQueue<EncodedFrame>();
    topic.subscribe(first::add).await(10, SECONDS);
    topic.subscribe(second::add).await(10, SECONDS);
    var frame = SampleFrames.full("a", 1);

    topic.publish(frame);

    assertThat(first.poll(10, SECONDS)).isSameAs(frame);
    assertThat(second.poll(10, SECONDS)).isSameAs(frame);
    assertThat(topic.published()).isEqualTo(1);
    assertThat(topic.received()).isEqualTo(2);
    assertThat(topic.malformed()).isZero();
  }

  @Test
  void publish_throughAnotherTopicOfTheSameBus_isHeard() throws Exception {
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    FrameTopic.on(vertx).subscribe(heard::add).await(10, SECONDS);
    var frame = SampleFrames.full("a", 1);

    FrameTopic.on(vertx).publish(frame);

    assertThat(heard.poll(10, SECONDS)).isSameAs(frame);
  }

  @Test
  void subscribe_somethingElseOnTheAddress_isCountedAndTheNextFrameHeard() throws Exception {
    var topic = FrameTopic.on(vertx);
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    topic.subscribe(heard::add).await(10, SECONDS);
    var frame = SampleFrames.full("a", 1);

    vertx.eventBus().publish(Address.FRAMES, Buffer.buffer("no frame"));
    topic.publish(frame);

    assertThat(heard.poll(10, SECONDS)).isSameAs(frame);
    assertThat(topic.malformed()).isEqualTo(1);
    assertThat(topic.received()).isEqualTo(2);
  }

  @Test
  void publish_nobodySubscribes_isNoTrouble() {
    var topic = FrameTopic.on(vertx);

    topic.publish(SampleFrames.full("a", 1));

    assertThat(topic.published()).isEqualTo(1);
    assertThat(topic.received()).isZero();
  }

  @Test
  void subscribe_handlerThrows_nextFrameIsHeard() throws Exception {
    var topic = FrameTopic.on(vertx);
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    topic
        .subscribe(
            frame -> {
              heard.add(frame);
              throw new IllegalStateException("thrown on purpose");
            })
        .await(10, SECONDS);

    topic.publish(SampleFrames.full("a", 1));
    topic.publish(SampleFrames.full("a", 2));

    assertThat(heard.poll(10, SECONDS).head().sequence()).isEqualTo(1);
    assertThat(heard.poll(10, SECONDS).head().sequence()).isEqualTo(2);
  }
}
