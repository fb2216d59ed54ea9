package io.muster.bus.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.FrameTopic;
import io.muster.bus.LoopbackCluster;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.CollectorService;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameTestData;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of collectors within one node of a cluster, and from another node. */
class DirectServiceIT {
  private static Vertx first;
  private static Vertx second;
  private static BusService firstServices;
  private static BusService secondServices;

  private final String address = "test.direct." + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    var cluster = new LoopbackCluster();
    first = cluster.startNode();
    second = cluster.startNode();
    firstServices = new BusService(first, new SimpleMeterRegistry(), System::nanoTime);
    secondServices = new BusService(second, new SimpleMeterRegistry(), System::nanoTime);
  }

  @AfterAll
  static void stop() throws Exception {
    Future.join(first.close(), second.close()).await(60, SECONDS);
  }

  @Test
  void call_ownNodeAndAnotherNode_reachTheImplementation() throws Exception {
    var consumer = register(firstServices, 1);
    var sentRequests = new AtomicInteger();
    first
        .eventBus()
        .<Object>addOutboundInterceptor(
            delivery -> {
              sentRequests.addAndGet(delivery.message().address().equals(address) ? 1 : 0);
              delivery.next();
            });

    assertThat(collect(firstServices)).isEqualTo(1);
    assertThat(sentRequests).as("no message within the node").hasValue(0);
    assertThat(collect(secondServices)).isEqualTo(1);
    consumer.unregister().await(60, SECONDS);
  }

  /** Two hosts with one name: each node uses its own, where both took turns over the bus. */
  @Test
  void call_twoNodesProvideTheService_eachUsesItsOwn() throws Exception {
    var firstConsumer = register(firstServices, 1);
    var secondConsumer = register(secondServices, 2);

    for (var call = 0; call < 4; call++) {
      assertThat(collect(firstServices)).isEqualTo(1);
      assertThat(collect(secondServices)).isEqualTo(2);
    }

    firstConsumer.unregister().await(60, SECONDS);
    assertThat(collect(firstServices)).as("of the other node").isEqualTo(2);
    secondConsumer.unregister().await(60, SECONDS);
    assertThat(failureWithoutConsumers())
        .hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE)
        .hasMessage("no consumer at " + address);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void collect_onOwnNode_frameArrivesBeforeTheReceipt(boolean onSubscribersLoop) throws Exception {
    var topic = FrameTopic.on(first);
    var received = new CopyOnWriteArrayList<EncodedFrame>();
    var firstFrame = Promise.<EncodedFrame>promise();
    var subscriber = first.getOrCreateContext();
    var consumer =
        runOn(
                subscriber,
                () ->
                    topic.subscribe(
                        frame -> {
                          received.add(frame);
                          firstFrame.tryComplete(frame);
                        },
                        new MeterFactory(new SimpleMeterRegistry(), "muster.test.")))
            .await(60, SECONDS);
    var collector = publishingCollector(topic);
    if (onSubscribersLoop) {
      runOn(subscriber, () -> register(firstServices, collector)).await(60, SECONDS);
    } else {
      first.deployVerticle(context -> register(firstServices, collector)).await(60, SECONDS);
    }

    collect(firstServices);
    firstFrame.future().await(60, SECONDS); // The topic looks up its subscribers once.
    for (var call = 0; call < 200; call++) {
      var isReceived =
          runOn(
              subscriber,
              () ->
                  proxy(firstServices)
                      .collect(CollectRequest.WITHOUT_COSTLY_SECTIONS)
                      .map(receipt -> isReceived(received, receipt)));
      assertThat(isReceived.await(60, SECONDS)).as("call %d", call).isTrue();
    }
    consumer.unregister().await(60, SECONDS);
  }

  /** Provides a collector whose receipts contain its boot id. */
  private MessageConsumer<Buffer> register(BusService services, long bootId) throws Exception {
    return register(services, request -> Future.succeededFuture(new CollectReply(bootId, 1)))
        .await(60, SECONDS);
  }

  private Future<MessageConsumer<Buffer>> register(
      BusService services, CollectorService collector) {
    return services.registerDirect(address, CollectorService.class, collector, demand -> {});
  }

  private long collect(BusService services) throws Exception {
    return proxy(services)
        .collect(CollectRequest.WITHOUT_COSTLY_SECTIONS)
        .await(60, SECONDS)
        .bootId();
  }

  /**
   * Calls from the second node until the call fails in another way than by its timeout: until the
   * removal of the first consumer has arrived there, a call may be sent to it, and gets no reply.
   */
  private Throwable failureWithoutConsumers() {
    var failure = failureOfSecond();
    for (var attempt = 0; attempt < 60 && isTimeout(failure); attempt++) {
      failure = failureOfSecond();
    }
    return failure;
  }

  private Throwable failureOfSecond() {
    var impatient = proxy(secondServices, Duration.ofSeconds(1));
    return catchThrowable(
        () -> impatient.collect(CollectRequest.WITHOUT_COSTLY_SECTIONS).await(60, SECONDS));
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof FleetException fleetFailure && fleetFailure.code() == Code.TIMEOUT;
  }

  private CollectorService proxy(BusService services) {
    return proxy(services, Duration.ofSeconds(60));
  }

  private CollectorService proxy(BusService services, Duration timeout) {
    return services.proxy(address, CollectorService.class, timeout);
  }

  /** Returns a collector that publishes a frame at each request. */
  private static CollectorService publishingCollector(FrameTopic topic) {
    var sequence = new AtomicInteger();
    return request -> {
      var frame = FrameTestData.fullFrame("gpu-01", sequence.incrementAndGet());
      topic.publish(frame);
      return Future.succeededFuture(CollectReply.of(frame.header()));
    };
  }

  private static boolean isReceived(List<EncodedFrame> frames, CollectReply receipt) {
    return frames.stream().anyMatch(frame -> receipt.isSatisfiedBy(frame.header()));
  }

  private static <T> Future<T> runOn(Context context, Supplier<Future<T>> call) {
    var promise = Promise.<T>promise();
    context.runOnContext(begun -> call.get().onComplete(promise));
    return promise.future();
  }
}
