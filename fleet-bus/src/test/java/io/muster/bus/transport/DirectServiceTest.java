package io.muster.bus.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls within one node; two event loops, of the caller and of the implementation. */
class DirectServiceTest {
  private static final String ADDRESS = "test.direct";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final MeterRegistry meterRegistry = new SimpleMeterRegistry();
  private final BusService services = new BusService(vertx, meterRegistry, System::nanoTime);
  private final AtomicInteger busMessages = new AtomicInteger();
  private final Context callerContext = vertx.getOrCreateContext();

  @BeforeEach
  void countBusMessages() {
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              busMessages.incrementAndGet();
              delivery.next();
            });
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void call_onThisNode_runsOnTheContextOfTheImplementationWithoutAMessage() throws Exception {
    var calls = new LinkedBlockingQueue<Context>();
    var provider = deployProvider(false, text -> recordContext(calls, text));
    var completions = new LinkedBlockingQueue<Context>();

    var result =
        runOnCaller(
            () -> proxy().echo("Ägäis").onSuccess(text -> recordContext(completions, text)));

    assertThat(result.await(60, SECONDS)).isEqualTo("Ägäis");
    assertThat(calls).containsExactly(provider.context());
    assertThat(completions).containsExactly(callerContext);
    assertThat(busMessages).hasValue(0);
    assertThat(meterRegistry.getMeters()).as("calls are not counted").isEmpty();
  }

  @Test
  void call_argumentAndResult_areTheObjectsThemselves() throws Exception {
    register(Future::succeededFuture);
    var argument = new String("text".toCharArray());

    assertThat(proxy().echo(argument).await(60, SECONDS)).isSameAs(argument);
  }

  @Test
  void call_failsWithACode_returnsThisFailure() throws Exception {
    var failure = new FleetException(Code.PROCESS_UNKNOWN, "no process has the id 7");
    register(text -> Future.failedFuture(failure));

    assertThat(failureOf(proxy().echo("x"))).isSameAs(failure);
  }

  @Test
  void call_failsWithoutACodeOrThrows_isInternalWithoutDetails() throws Exception {
    register(
        text -> {
          throw new IllegalStateException("secret of the driver");
        });
    assertInternalWithoutDetails();
    register(text -> Future.failedFuture(new TimeoutException("secret of the driver")));
    assertInternalWithoutDetails();
    assertThat(busMessages).hasValue(0);
  }

  @Test
  void call_methodThatTheImplementationLacks_isInvalid() throws Exception {
    register(Future::succeededFuture);

    var failure = failureOf(services.proxy(ADDRESS, OtherDirectService.class, TIMEOUT).burn("x"));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure).hasMessage("unknown method burn");
  }

  @Test
  void call_noResultInTime_isTimeoutOnTheContextOfTheCaller() throws Exception {
    register(text -> Promise.<String>promise().future());
    var hastyProxy = services.proxy(ADDRESS, DirectTestService.class, Duration.ofMillis(20));
    var completions = new LinkedBlockingQueue<Context>();

    var call =
        runOnCaller(
            () -> hastyProxy.echo("x").onFailure(cause -> recordContext(completions, "failed")));

    var failure = failureOf(call);
    assertThat(failure.code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure).hasMessage("no reply in time from " + ADDRESS);
    assertThat(completions).containsExactly(callerContext);
  }

  @Test
  void call_eventLoopOfTheImplementationIsBlocked_isTimeout() throws Exception {
    var provider = deployProvider(false, Future::succeededFuture);
    var release = new CountDownLatch(1);
    provider.context().runOnContext(blocked -> awaitLatch(release));

    var hastyProxy = services.proxy(ADDRESS, DirectTestService.class, Duration.ofMillis(50));
    var failure = failureOf(runOnCaller(() -> hastyProxy.echo("x")));
    release.countDown();

    assertThat(failure.code()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void call_afterUnregistration_goesOverTheBusAndIsUnavailable() throws Exception {
    var calls = new AtomicInteger();
    var consumer = register(text -> Future.succeededFuture("call " + calls.incrementAndGet()));

    consumer.unregister().await(60, SECONDS);

    assertUnavailable(proxy().echo("x"));
    assertThat(busMessages).hasValue(1);
    assertThat(calls).hasValue(0);
    register(text -> Future.succeededFuture("registered again"));
    assertThat(proxy().echo("x").await(60, SECONDS)).isEqualTo("registered again");
  }

  @Test
  void call_unregisteredBeforeItRuns_isUnavailableAndDoesNotReachTheImplementation()
      throws Exception {
    var calls = new AtomicInteger();
    var provider =
        deployProvider(false, text -> Future.succeededFuture("call " + calls.incrementAndGet()));
    var release = new CountDownLatch(1);
    provider
        .context()
        .runOnContext(
            blocked -> {
              awaitLatch(release);
              provider.unregister();
            });

    var call = proxy().echo("x"); // Queued on the blocked event loop.
    release.countDown();

    assertUnavailable(call);
    assertThat(calls).hasValue(0);
  }

  @Test
  void call_afterUndeploymentWithoutUnregistration_isUnavailable() throws Exception {
    var provider = deployProvider(false, Future::succeededFuture);
    assertThat(proxy().echo("x").await(60, SECONDS)).isEqualTo("x");

    vertx.undeploy(provider.deploymentId()).await(60, SECONDS);

    assertUnavailable(proxy().echo("x"));
  }

  @Test
  void call_severalRegistrations_reachesTheLastOne() throws Exception {
    var first = register(text -> Future.succeededFuture("first"));
    register(text -> Future.succeededFuture("second"));
    assertThat(proxy().echo("x").await(60, SECONDS)).isEqualTo("second");

    first.unregister().await(60, SECONDS);

    assertThat(proxy().echo("x").await(60, SECONDS)).isEqualTo("second");
    assertThat(busMessages).hasValue(0);
  }

  /** The receipt of a frame must not overtake the frame, also on the same event loop. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void call_messagePublishedBefore_arrivesBeforeTheResult(boolean onCallerLoop) throws Exception {
    var received = new AtomicInteger();
    var consumer = vertx.eventBus().consumer("test.frames");
    runOnCaller(() -> consumer.handler(frame -> received.incrementAndGet()).completion())
        .await(60, SECONDS);
    deployProvider(onCallerLoop, this::publish);

    for (var call = 1; call <= 100; call++) {
      var result = runOnCaller(() -> proxy().echo("x").map(done -> received.get()));
      assertThat(result.await(60, SECONDS)).isEqualTo(call);
    }
  }

  @Test
  void publish_atTheAddress_reachesTheHandlerOfPublishedMessages() throws Exception {
    var published = new LinkedBlockingQueue<String>();
    services
        .registerDirect(
            ADDRESS,
            DirectTestService.class,
            Future::succeededFuture,
            message -> published.add(message.body().toString()))
        .await(60, SECONDS);

    vertx.eventBus().publish(ADDRESS, Buffer.buffer("demand"));

    assertThat(published.poll(60, SECONDS)).isEqualTo("demand");
  }

  private Future<String> publish(String text) {
    vertx.eventBus().publish("test.frames", text);
    return Future.succeededFuture(text);
  }

  private DirectTestService proxy() {
    return services.proxy(ADDRESS, DirectTestService.class, TIMEOUT);
  }

  private MessageConsumer<Buffer> register(DirectTestService implementation) throws Exception {
    return services
        .registerDirect(ADDRESS, DirectTestService.class, implementation, message -> {})
        .await(60, SECONDS);
  }

  /** Deploys providers until one runs on the event loop of the caller, or on the other one. */
  private ProviderVerticle deployProvider(
      boolean onCallerLoop, Function<String, Future<String>> implementation) throws Exception {
    while (true) {
      var provider = new ProviderVerticle(services, implementation);
      var deployment = vertx.deployVerticle(provider).await(60, SECONDS);
      if ((eventLoop(provider.context()) == eventLoop(callerContext)) == onCallerLoop) {
        return provider;
      }
      vertx.undeploy(deployment).await(60, SECONDS);
    }
  }

  private static EventLoop eventLoop(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  /** Makes a call on the context of the caller. */
  private <T> Future<T> runOnCaller(Supplier<Future<T>> call) {
    var promise = Promise.<T>promise();
    callerContext.runOnContext(begun -> call.get().onComplete(promise));
    return promise.future();
  }

  private void assertInternalWithoutDetails() {
    var failure = failureOf(proxy().echo("x"));
    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure).hasMessage("internal error in " + ADDRESS);
  }

  private static void assertUnavailable(Future<?> call) {
    var failure = failureOf(call);
    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessage("no consumer at " + ADDRESS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(60, SECONDS));
  }

  private static Future<String> recordContext(LinkedBlockingQueue<Context> contexts, String text) {
    contexts.add(Vertx.currentContext());
    return Future.succeededFuture(text);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A service of one method. */
  interface DirectTestService {
    Future<String> echo(String text);
  }

  /** A service that the implementation does not have. */
  interface OtherDirectService {
    Future<String> burn(String text);
  }

  /** Provides the service on its context. Confined to it, except for the accessors. */
  private static final class ProviderVerticle extends VerticleBase {
    private final BusService services;
    private final Function<String, Future<String>> implementation;
    private volatile Optional<MessageConsumer<Buffer>> consumer = Optional.empty();

    ProviderVerticle(BusService services, Function<String, Future<String>> implementation) {
      this.services = services;
      this.implementation = implementation;
    }

    @Override
    public Future<?> start() {
      return services
          .registerDirect(ADDRESS, DirectTestService.class, implementation::apply, message -> {})
          .onSuccess(registered -> consumer = Optional.of(registered));
    }

    Context context() {
      return context;
    }

    String deploymentId() {
      return deploymentID();
    }

    void unregister() {
      consumer.orElseThrow().unregister();
    }
  }
}
