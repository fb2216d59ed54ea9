package io.muster.bus.service;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
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
  private static final String ADDRESS = "test.library";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void call_recordArgument_givesTheResult() throws Exception {
    export(new Shelf());

    assertThat(proxy().borrow(new Wish("Ägäis", 2)).await(10, SECONDS))
        .isEqualTo(new Loan(List.of(new Wish("Ägäis", 2)), 14));
  }

  @Test
  void call_textArgument_arrivesAsItIs() throws Exception {
    export(new Shelf());

    assertThat(proxy().echo(" \"quoted\" \u0000 ").await(10, SECONDS))
        .isEqualTo(" \"quoted\" \u0000 ");
  }

  @Test
  void call_voidResult_completes() throws Exception {
    export(new Shelf());

    assertThat(proxy().giveBack("Ägäis").await(10, SECONDS)).isNull();
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void call_failsWithACode_codeAndMessageCrossTheBus(Code code) throws Exception {
    export(new Shelf(Future.failedFuture(new FleetException(code, "title=x: expected y"))));

    var failure = failureOf(proxy().echo("x"));

    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure).hasMessage("title=x: expected y");
  }

  @Test
  void busCodes_differ_sinceTheyStandForTheCodes() {
    var codes = Arrays.stream(Code.values()).map(Code::busCode).collect(Collectors.toSet());

    assertThat(codes).hasSameSizeAs(Code.values());
    assertThat(Code.ofBus(4711)).isEqualTo(Code.INTERNAL);
  }

  @Test
  void call_defectOfTheImplementation_isInternalAndTellsNothing() throws Exception {
    export(new Shelf(Future.failedFuture(new IllegalStateException("secret of the database"))));

    var failure = failureOf(proxy().echo("x"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).contains(ADDRESS).doesNotContain("secret");
  }

  @Test
  void call_implementationThrows_isInternalAndTellsNothing() throws Exception {
    export(new Shelf());

    var failure = failureOf(proxy().explode("secret"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).doesNotContain("secret");
  }

  @Test
  void call_answerThatDoesNotFit_isInternal() throws Exception {
    vertx.eventBus().consumer(ADDRESS, request -> request.reply(Buffer.buffer("[no json")));

    assertThat(failureOf(proxy().borrow(new Wish("x", 1))).code()).isEqualTo(Code.INTERNAL);
  }

  @Test
  void call_nobodyAnswersThere_isUnavailableLongBeforeTheTimeout() {
    var patient = BusService.proxy(vertx, ADDRESS, Library.class, Duration.ofHours(1));

    assertThat(failureOf(patient.echo("x")).code()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void call_noAnswerInTime_isTimeout() throws Exception {
    export(new Shelf(Promise.<String>promise().future()));
    var hasty = BusService.proxy(vertx, ADDRESS, Library.class, Duration.ofMillis(20));

    assertThat(failureOf(hasty.echo("x")).code()).isEqualTo(Code.TIMEOUT);
  }

  @Test
  void request_methodThatIsNot_isInvalid() throws Exception {
    export(new Shelf());

    assertThat(refusal("burn", Buffer.buffer("\"x\""))).contains("unknown method burn");
    assertThat(refusal("hashCode", Buffer.buffer("\"x\""))).contains("unknown method hashCode");
  }

  @Test
  void request_argumentThatDoesNotFit_isInvalidAndNeverReachesTheService() throws Exception {
    var shelf = new Shelf();
    export(shelf);

    assertThat(refusal("borrow", Buffer.buffer("{\"title\":"))).isNotEmpty();
    assertThat(refusal("borrow", Buffer.buffer("null"))).contains("null");
    assertThat(refusal("borrow", Buffer.buffer())).isNotEmpty();
    assertThat(refusal("borrow", Buffer.buffer("{\"count\":1}"))).contains("title");
    assertThat(refusal("borrow", Buffer.buffer("{\"title\":\"x\",\"count\":0}")))
        .contains("count=0: expected 1 or more");
    assertThat(refusal("borrow", "a text")).contains("no buffer");
    assertThat(shelf.calls).hasValue(0);
  }

  @Test
  void proxy_isAnOrdinaryObject() {
    var one = proxy();
    var other = proxy();

    assertThat(List.of(other, one).indexOf(one)).isEqualTo(1);
    assertThat(new HashSet<>(List.of(one, other))).hasSize(2).contains(one, other);
    assertThat(one).hasToString("service at " + ADDRESS);
  }

  @Test
  void proxyAndExport_notAServiceInterface_saysWhy() {
    NoArgument nothing = Future::succeededFuture;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BusService.proxy(vertx, ADDRESS, NoArgument.class, PATIENCE))
        .withMessageContaining("one argument");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BusService.export(vertx, ADDRESS, NoArgument.class, nothing))
        .withMessageContaining("one argument");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BusService.proxy(vertx, ADDRESS, NoFuture.class, PATIENCE))
        .withMessageContaining("returns a Future");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BusService.proxy(vertx, ADDRESS, Overloaded.class, PATIENCE))
        .withMessageContaining("one method of a name");
  }

  @Test
  void proxy_ofEveryServiceOfTheFleet_isPossible() {
    assertThat(proxyOf(HostService.class)).isNotNull();
    assertThat(proxyOf(HeartbeatService.class)).isNotNull();
    assertThat(proxyOf(HistoryService.class)).isNotNull();
    assertThat(proxyOf(RegistryService.class)).isNotNull();
  }

  private <T> T proxyOf(Class<T> type) {
    return BusService.proxy(vertx, ADDRESS, type, PATIENCE);
  }

  private Library proxy() {
    return proxyOf(Library.class);
  }

  private void export(Library library) throws Exception {
    BusService.export(vertx, ADDRESS, Library.class, library).await(10, SECONDS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(10, SECONDS));
  }

  private String refusal(String method, Object body) {
    var options = new DeliveryOptions().addHeader("method", method);
    var reply = vertx.eventBus().request(ADDRESS, body, options);
    var failure = catchThrowable(() -> reply.await(10, SECONDS));
    assertThat(failure).hasFieldOrPropertyWithValue("failureCode", Code.INVALID_ARGUMENT.busCode());
    return String.valueOf(failure.getMessage());
  }

  interface Library {
    Future<String> echo(String text);

    Future<Loan> borrow(Wish wish);

    Future<Void> giveBack(String title);

    Future<String> explode(String text);
  }

  interface NoArgument {
    Future<String> all();
  }

  interface NoFuture {
    String find(String title);
  }

  interface Overloaded {
    Future<String> find(String title);

    Future<String> find(Wish wish);
  }

  record Wish(String title, int count) {
    Wish {
      if (count < 1) {
        throw new IllegalArgumentException("count=" + count + ": expected 1 or more");
      }
    }
  }

  record Loan(List<Wish> wishes, int days) {}

  private static final class Shelf implements Library {
    private final Future<String> prepared;
    private final AtomicInteger calls = new AtomicInteger();

    Shelf() {
      this(Future.succeededFuture(""));
    }

    Shelf(Future<String> prepared) {
      this.prepared = prepared;
    }

    @Override
    public Future<String> echo(String text) {
      return prepared.map(answer -> answer.isEmpty() ? text : answer);
    }

    @Override
    public Future<Loan> borrow(Wish wish) {
      calls.incrementAndGet();
      return Future.succeededFuture(new Loan(List.of(wish), 14));
    }

    @Override
    public Future<Void> giveBack(String title) {
      return Future.succeededFuture();
    }

    @Override
    public Future<String> explode(String text) {
      throw new IllegalStateException(text);
    }
  }
}
