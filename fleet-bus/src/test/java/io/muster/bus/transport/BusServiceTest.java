package io.muster.bus.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.HostService;
import io.muster.bus.service.RegistryService;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BusServiceTest {
  private static final String ADDRESS = "test.service";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final MeterRegistry meterRegistry = new SimpleMeterRegistry();
  private final BusService services = new BusService(vertx, meterRegistry, System::nanoTime);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void call_recordArgument_returnsTheResult() throws Exception {
    registerService(new FakeTestService());

    assertThat(proxy().submit(new TestRequest("Ägäis", 2)).await(60, SECONDS))
        .isEqualTo(new TestResult(List.of(new TestRequest("Ägäis", 2)), 14));
  }

  @Test
  void call_textArgument_arrivesUnchanged() throws Exception {
    registerService(new FakeTestService());

    assertThat(proxy().echo(" \"quoted\" \u0000 ").await(60, SECONDS))
        .isEqualTo(" \"quoted\" \u0000 ");
  }

  @Test
  void call_voidResult_completes() throws Exception {
    registerService(new FakeTestService());

    assertThat(proxy().discard("Ägäis").await(60, SECONDS)).isNull();
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void call_serviceFailsWithACode_returnsCodeAndMessage(Code code) throws Exception {
    registerService(
        new FakeTestService(Future.failedFuture(new FleetException(code, "title=x: expected y"))));

    var failure = failureOf(proxy().echo("x"));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessage("title=x: expected y");
  }

  @Test
  void call_serviceFailsWithDetails_returnsTheSummary() throws Exception {
    registerService(
        new FakeTestService(
            Future.failedFuture(
                new FleetException(
                    Code.UNAVAILABLE, "the database failed", "user=muster host=db1", null))));

    var failure = failureOf(proxy().echo("x"));

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessage("the database failed");
  }

  @Test
  void busCode_everyCode_isUnique() {
    var codes = Arrays.stream(Code.values()).map(Code::busCode).collect(Collectors.toSet());

    assertThat(codes).hasSameSizeAs(Code.values());
    assertThat(Code.ofBusCode(4711)).isEqualTo(Code.INTERNAL);
  }

  @Test
  void call_serviceFailsWithoutACode_isInternalWithoutDetails() throws Exception {
    registerService(
        new FakeTestService(
            Future.failedFuture(new IllegalStateException("secret of the database"))));

    var failure = failureOf(proxy().echo("x"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).contains(ADDRESS).doesNotContain("secret");
  }

  @Test
  void call_implementationThrows_isInternalWithoutDetails() throws Exception {
    registerService(new FakeTestService());

    var failure = failureOf(proxy().throwException("secret"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("secret");
  }

  @Test
  void call_unreadableReply_isInternal() throws Exception {
    vertx.eventBus().consumer(ADDRESS, request -> request.reply(Buffer.buffer("[no json")));

    assertThat(failureOf(proxy().submit(new TestRequest("x", 1))).code()).isEqualTo(Code.INTERNAL);
  }

  @Test
  void call_withoutConsumer_isUnavailableLongBeforeTheTimeout() {
    var longTimeoutProxy = services.proxy(ADDRESS, TestService.class, Duration.ofHours(1));

    assertThat(failureOf(longTimeoutProxy.echo("x")).code()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void call_noReplyInTime_isTimeout() throws Exception {
    registerService(new FakeTestService(Promise.<String>promise().future()));
    var shortTimeoutProxy = services.proxy(ADDRESS, TestService.class, Duration.ofMillis(20));

    assertThat(failureOf(shortTimeoutProxy.echo("x")).code()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void call_ofARegisteredService_isCountedByTheLastPartOfTheAddress() throws Exception {
    registerService(new FakeTestService());

    proxy().echo("x").await(60, SECONDS);
    failureOf(proxy().throwException("secret"));

    assertThat(calls("echo")).isEqualTo(1);
    assertThat(calls("throwException")).isEqualTo(1);
    assertThat(calls("submit")).isZero();
    assertThat(
            meterRegistry
                .get("muster.service.failures")
                .tags("service", "service", "code", "internal")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void request_unknownMethod_isInvalid() throws Exception {
    registerService(new FakeTestService());

    assertThat(invalidArgumentMessage("burn", Buffer.buffer("\"x\"")))
        .contains("unknown method burn");
    assertThat(invalidArgumentMessage("hashCode", Buffer.buffer("\"x\"")))
        .contains("unknown method hashCode");
  }

  @Test
  void request_malformedArgument_isInvalidAndDoesNotReachTheService() throws Exception {
    var service = new FakeTestService();
    registerService(service);

    assertThat(invalidArgumentMessage("submit", Buffer.buffer("{\"title\":"))).isNotEmpty();
    assertThat(invalidArgumentMessage("submit", Buffer.buffer("null"))).contains("null");
    assertThat(invalidArgumentMessage("submit", Buffer.buffer())).isNotEmpty();
    assertThat(invalidArgumentMessage("submit", Buffer.buffer("{\"count\":1}"))).contains("title");
    assertThat(invalidArgumentMessage("submit", Buffer.buffer("{\"title\":\"x\",\"count\":0}")))
        .contains("count=0: expected 1 or more");
    assertThat(invalidArgumentMessage("submit", "a text")).contains("not a buffer");
    assertThat(service.calls).hasValue(0);
  }

  @Test
  void proxy_objectMethods_followIdentity() {
    var first = proxy();
    var second = proxy();

    assertThat(List.of(second, first).indexOf(first)).isEqualTo(1);
    assertThat(new HashSet<>(List.of(first, second))).hasSize(2).contains(first, second);
    assertThat(first).hasToString("service at " + ADDRESS);
  }

  @Test
  void proxyAndRegister_notAServiceInterface_throwWithTheReason() {
    NoArgumentService noArgumentService = Future::succeededFuture;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.proxy(ADDRESS, NoArgumentService.class, TIMEOUT))
        .withMessageContaining("one argument");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.register(ADDRESS, NoArgumentService.class, noArgumentService))
        .withMessageContaining("one argument");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.proxy(ADDRESS, NoFutureService.class, TIMEOUT))
        .withMessageContaining("returns a Future");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> services.proxy(ADDRESS, OverloadedService.class, TIMEOUT))
        .withMessageContaining("must not overload methods");
  }

  @Test
  void proxy_everyServiceOfTheFleet_isCreated() {
    assertThat(proxyOf(HostService.class)).isNotNull();
    assertThat(proxyOf(HeartbeatService.class)).isNotNull();
    assertThat(proxyOf(HistoryService.class)).isNotNull();
    assertThat(proxyOf(RegistryService.class)).isNotNull();
  }

  private <T> T proxyOf(Class<T> type) {
    return services.proxy(ADDRESS, type, TIMEOUT);
  }

  private TestService proxy() {
    return proxyOf(TestService.class);
  }

  private void registerService(TestService service) throws Exception {
    services.register(ADDRESS, TestService.class, service).await(60, SECONDS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(60, SECONDS));
  }

  private double calls(String method) {
    return meterRegistry
        .get("muster.service.calls")
        .tags("service", "service", "method", method)
        .counter()
        .count();
  }

  private String invalidArgumentMessage(String method, Object body) {
    var options = new DeliveryOptions().addHeader("method", method);
    var reply = vertx.eventBus().request(ADDRESS, body, options);
    var failure = catchThrowable(() -> reply.await(60, SECONDS));
    assertThat(failure).hasFieldOrPropertyWithValue("failureCode", Code.INVALID_ARGUMENT.busCode());
    return String.valueOf(failure.getMessage());
  }

  interface TestService {
    Future<String> echo(String text);

    Future<TestResult> submit(TestRequest request);

    Future<Void> discard(String title);

    Future<String> throwException(String text);
  }

  interface NoArgumentService {
    Future<String> all();
  }

  interface NoFutureService {
    String find(String title);
  }

  interface OverloadedService {
    Future<String> find(String title);

    Future<String> find(TestRequest request);
  }

  record TestRequest(String title, int count) {
    TestRequest {
      if (count < 1) {
        throw new IllegalArgumentException("count=" + count + ": expected 1 or more");
      }
    }
  }

  record TestResult(List<TestRequest> requests, int total) {}

  private static final class FakeTestService implements TestService {
    private final Future<String> preparedResult;
    private final AtomicInteger calls = new AtomicInteger();

    FakeTestService() {
      this(Future.succeededFuture(""));
    }

    FakeTestService(Future<String> preparedResult) {
      this.preparedResult = preparedResult;
    }

    @Override
    public Future<String> echo(String text) {
      return preparedResult.map(result -> result.isEmpty() ? text : result);
    }

    @Override
    public Future<TestResult> submit(TestRequest request) {
      calls.incrementAndGet();
      return Future.succeededFuture(new TestResult(List.of(request), 14));
    }

    @Override
    public Future<Void> discard(String title) {
      return Future.succeededFuture();
    }

    @Override
    public Future<String> throwException(String text) {
      throw new IllegalStateException(text);
    }
  }
}
