package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.FleetException.Code;
import io.muster.bus.service.BusService;
import io.muster.bus.service.CollectorService;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SampleFrames;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes of one cluster on loopback: what the bus carries must survive the wire. */
class FrameTopicIT {
  private static LoopbackCluster cluster;
  private static Vertx sender;
  private static Vertx receiver;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    sender = cluster.node();
    receiver = cluster.node();
  }

  @AfterAll
  static void stop() throws Exception {
    Future.join(sender.close(), receiver.close()).await(60, SECONDS);
  }

  @Test
  void publish_toAnotherNode_arrivesAsItWas() throws Exception {
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    var consumer = FrameTopic.on(receiver).subscribe(heard::add).await(20, SECONDS);
    var frame = SampleFrames.full("gpu-01", 42);

    FrameTopic.on(sender).publish(frame);

    var arrived = next(heard);
    assertThat(arrived).isNotSameAs(frame);
    assertThat(arrived.head()).isEqualTo(frame.head());
    assertThat(arrived.readings()).isEqualTo(frame.readings());
    consumer.unregister().await(20, SECONDS);
  }

  @Test
  void subscribe_malformedFrameFromAnotherNode_isCountedAndTheNextFrameHeard() throws Exception {
    var topic = FrameTopic.on(receiver);
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    var consumer = topic.subscribe(heard::add).await(20, SECONDS);
    var broken = cluster.node();
    broken.eventBus().registerDefaultCodec(EncodedFrame.class, new BrokenCodec());

    FrameTopic.on(broken).publish(SampleFrames.full("gpu-02", 1));
    FrameTopic.on(broken).publish(SampleFrames.full("gpu-02", 2));

    assertThat(next(heard).head().sequence()).isEqualTo(2);
    assertThat(topic.malformed()).isEqualTo(1);
    assertThat(topic.received()).isEqualTo(2);
    broken.close().await(60, SECONDS);
    consumer.unregister().await(20, SECONDS);
  }

  @Test
  void call_failureOnAnotherNode_codeAndMessageCrossTheWire() throws Exception {
    BusService.export(receiver, "test.far", Far.class, new Refusal()).await(20, SECONDS);
    var far = BusService.proxy(sender, "test.far", Far.class, Duration.ofSeconds(20));

    var failure = catchThrowable(() -> far.ask("x").await(30, SECONDS));

    assertThat(failure)
        .isInstanceOf(FleetException.class)
        .hasMessage("client id=x")
        .hasFieldOrPropertyWithValue("code", Code.CLIENT_UNKNOWN);
  }

  @Test
  void collect_onAnotherNode_theFrameIsThereWhenTheReceiptIs() throws Exception {
    var topic = FrameTopic.on(sender);
    var heard = new LinkedBlockingQueue<EncodedFrame>();
    var context = receiver.getOrCreateContext();
    var sequence = new AtomicLong();
    CollectorService collector =
        request -> {
          var frame = SampleFrames.full("gpu-01", sequence.incrementAndGet());
          topic.publish(frame);
          return Future.succeededFuture(CollectReceipt.of(frame.head()));
        };
    DemandTopic.on(sender)
        .listen(
            "gpu-01",
            section -> {},
            vertx -> BusService.answers(vertx, CollectorService.class, collector))
        .await(20, SECONDS);

    var consumer =
        on(context, () -> FrameTopic.on(receiver).subscribe(heard::add)).await(20, SECONDS);

    on(context, () -> asked(heard)).await(20, SECONDS); // the sender looks up its readers once
    for (int request = 0; request < 200; request++) {
      var wasThere = on(context, () -> asked(heard)).await(20, SECONDS);
      assertThat(wasThere).as("request %d", request).isTrue();
    }
    consumer.unregister().await(20, SECONDS);
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    var done = Promise.<T>promise();
    context.runOnContext(v -> call.get().onComplete(done));
    return done.future();
  }

  private static Future<Boolean> asked(BlockingQueue<EncodedFrame> heard) {
    var address = Address.collector("gpu-01");
    return BusService.proxy(receiver, address, CollectorService.class, Duration.ofSeconds(20))
        .collect(CollectRequest.PLAIN)
        .map(receipt -> heard.stream().anyMatch(frame -> receipt.isMetBy(frame.head())));
  }

  private static EncodedFrame next(BlockingQueue<EncodedFrame> heard) throws InterruptedException {
    var frame = heard.poll(20, SECONDS);
    assertThat(frame).as("frame within 20 s").isNotNull();
    return frame;
  }

  public interface Far {
    Future<String> ask(String text);
  }

  private static final class Refusal implements Far {
    @Override
    public Future<String> ask(String text) {
      return Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "client id=" + text));
    }
  }

  /** Leaves the last byte off the first frame. */
  private static final class BrokenCodec implements MessageCodec<EncodedFrame, EncodedFrame> {
    private final FrameCodec sound = new FrameCodec();

    @Override
    public void encodeToWire(Buffer wire, EncodedFrame frame) {
      var whole = Buffer.buffer();
      sound.encodeToWire(whole, frame);
      wire.appendBuffer(whole, 0, whole.length() - (frame.head().sequence() == 1 ? 1 : 0));
    }

    @Override
    public EncodedFrame decodeFromWire(int position, Buffer wire) {
      return sound.decodeFromWire(position, wire);
    }

    @Override
    public EncodedFrame transform(EncodedFrame frame) {
      return frame;
    }

    @Override
    public String name() {
      return sound.name();
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
