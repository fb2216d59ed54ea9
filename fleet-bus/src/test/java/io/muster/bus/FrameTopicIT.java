package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.CollectorService;
import io.muster.bus.transport.BusService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Frames and service calls between two nodes of one cluster on loopback. */
class FrameTopicIT {
  private static LoopbackCluster cluster;
  private static Vertx sender;
  private static Vertx receiver;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeterFactory meters = new MeterFactory(registry, "muster.test.");

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    sender = cluster.startNode();
    receiver = cluster.startNode();
  }

  @AfterAll
  static void stop() throws Exception {
    Future.join(sender.close(), receiver.close()).await(60, SECONDS);
  }

  @Test
  void publish_toAnotherNode_arrivesUnchanged() throws Exception {
    var received = new LinkedBlockingQueue<EncodedFrame>();
    var consumer = FrameTopic.on(receiver).subscribe(received::add, meters).await(60, SECONDS);
    var frame = FrameTestData.fullFrame("gpu-01", 42);

    FrameTopic.on(sender).publish(frame);

    var receivedFrame = takeFrame(received);
    assertThat(receivedFrame).isNotSameAs(frame);
    assertThat(receivedFrame.header()).isEqualTo(frame.header());
    assertThat(receivedFrame.readings()).isEqualTo(frame.readings());
    consumer.unregister().await(60, SECONDS);
  }

  @Test
  void subscribe_malformedFrameFromAnotherNode_isCountedAndTheNextFrameDelivered()
      throws Exception {
    var received = new LinkedBlockingQueue<EncodedFrame>();
    var consumer = FrameTopic.on(receiver).subscribe(received::add, meters).await(60, SECONDS);
    var brokenNode = cluster.startNode();
    brokenNode.eventBus().registerDefaultCodec(EncodedFrame.class, new TruncatingCodec());

    FrameTopic.on(brokenNode).publish(FrameTestData.fullFrame("gpu-02", 1));
    FrameTopic.on(brokenNode).publish(FrameTestData.fullFrame("gpu-02", 2));

    assertThat(takeFrame(received).header().sequence()).isEqualTo(2);
    assertThat(
            registry
                .get("muster.test.frames.rejected")
                .tag("reason", "malformed")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(count("frames.received")).isEqualTo(2);
    brokenNode.close().await(60, SECONDS);
    consumer.unregister().await(60, SECONDS);
  }

  @Test
  void call_failureOnAnotherNode_codeAndMessageCrossTheWire() throws Exception {
    services(receiver)
        .register("test.remote", RemoteService.class, new FailingService())
        .await(60, SECONDS);
    var service =
        services(sender).proxy("test.remote", RemoteService.class, Duration.ofSeconds(20));

    var failure = catchThrowable(() -> service.call("x").await(60, SECONDS));

    assertThat(failure)
        .isInstanceOf(FleetException.class)
        .hasMessage("client id=x")
        .hasFieldOrPropertyWithValue("code", Code.CLIENT_UNKNOWN);
  }

  @Test
  void collect_onAnotherNode_frameArrivesBeforeTheReceipt() throws Exception {
    var topic = FrameTopic.on(sender);
    var received = new LinkedBlockingQueue<EncodedFrame>();
    var context = receiver.getOrCreateContext();
    var sequence = new AtomicLong();
    CollectorService collector =
        request -> {
          var frame = FrameTestData.fullFrame("gpu-01", sequence.incrementAndGet());
          topic.publish(frame);
          return Future.succeededFuture(CollectReply.of(frame.header()));
        };
    services(sender)
        .registerDirect(
            Address.collector("gpu-01"), CollectorService.class, collector, demand -> {})
        .await(60, SECONDS);

    var consumer =
        runOnContext(context, () -> FrameTopic.on(receiver).subscribe(received::add, meters))
            .await(60, SECONDS);

    runOnContext(context, () -> collectFrame(received))
        .await(60, SECONDS); // the sender looks up its subscribers once
    for (int request = 0; request < 200; request++) {
      var frameReceived = runOnContext(context, () -> collectFrame(received)).await(60, SECONDS);
      assertThat(frameReceived).as("request %d", request).isTrue();
    }
    consumer.unregister().await(60, SECONDS);
  }

  private static <T> Future<T> runOnContext(Context context, Supplier<Future<T>> call) {
    var promise = Promise.<T>promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future();
  }

  private static Future<Boolean> collectFrame(BlockingQueue<EncodedFrame> received) {
    var address = Address.collector("gpu-01");
    return services(receiver)
        .proxy(address, CollectorService.class, Duration.ofSeconds(20))
        .collect(CollectRequest.WITHOUT_COSTLY_SECTIONS)
        .map(receipt -> received.stream().anyMatch(frame -> receipt.isSatisfiedBy(frame.header())));
  }

  private double count(String name) {
    return registry.get("muster.test." + name).counter().count();
  }

  private static BusService services(Vertx vertx) {
    return new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);
  }

  private static EncodedFrame takeFrame(BlockingQueue<EncodedFrame> received)
      throws InterruptedException {
    var frame = received.poll(60, SECONDS);
    assertThat(frame).as("frame in time").isNotNull();
    return frame;
  }

  public interface RemoteService {
    Future<String> call(String text);
  }

  private static final class FailingService implements RemoteService {
    @Override
    public Future<String> call(String text) {
      return Future.failedFuture(new FleetException(Code.CLIENT_UNKNOWN, "client id=" + text));
    }
  }

  /** Leaves the last byte off the first frame. */
  private static final class TruncatingCodec implements MessageCodec<EncodedFrame, EncodedFrame> {
    private final FrameCodec delegate = new FrameCodec(InstantSource.system());

    @Override
    public void encodeToWire(Buffer wire, EncodedFrame frame) {
      var encoded = Buffer.buffer();
      delegate.encodeToWire(encoded, frame);
      wire.appendBuffer(encoded, 0, encoded.length() - (frame.header().sequence() == 1 ? 1 : 0));
    }

    @Override
    public EncodedFrame decodeFromWire(int position, Buffer wire) {
      return delegate.decodeFromWire(position, wire);
    }

    @Override
    public EncodedFrame transform(EncodedFrame frame) {
      return frame;
    }

    @Override
    public String name() {
      return delegate.name();
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
