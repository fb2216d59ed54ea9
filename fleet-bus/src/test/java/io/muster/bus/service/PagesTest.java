package io.muster.bus.service;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final String ADDRESS = "test.pages";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void next_everyPage_arrivesInOrderAndComplete() throws Exception {
    var source = RecordingPages.of(50);

    var pages = openPages(source);

    assertThat(pages.head()).isEqualTo(source.head());
    assertThat(readAll(pages)).isEqualTo(RecordingPages.rows(50));
    source.closeFuture().await(10, SECONDS);
    assertThat(source.readCount()).isEqualTo(50);
  }

  @Test
  void next_afterTheEnd_staysEmpty() throws Exception {
    var pages = openPages(RecordingPages.of(1));
    readAll(pages);

    assertThat(pages.next().await(10, SECONDS).length()).isZero();
    assertThat(pages.next().await(10, SECONDS).length()).isZero();
  }

  @Test
  void next_noRows_isEmptyAtOnce() throws Exception {
    var source = RecordingPages.of(0);

    assertThat(readAll(openPages(source))).isEmpty();
    source.closeFuture().await(10, SECONDS);
  }

  @Test
  void close_early_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    var pages = openPages(source);
    assertThat(pages.next().await(10, SECONDS)).hasToString(RecordingPages.rows(1));

    pages.close();
    pages.close();

    source.closeFuture().await(10, SECONDS);
    assertThat(source.readCount()).isEqualTo(1);
    assertThat(pages.next().await(10, SECONDS).length()).isZero();
    assertThat(source.closeCount()).isEqualTo(1);
  }

  @Test
  void close_beforeReading_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);

    openPages(source).close();

    source.closeFuture().await(10, SECONDS);
    assertThat(source.readCount()).isZero();
  }

  @Test
  void close_whileAPageIsRead_closesTheSource() throws Exception {
    var slowSource = new SlowPages();
    var pages = openPages(slowSource);
    var page = pages.next();
    slowSource.requested.future().await(10, SECONDS);

    pages.close();
    slowSource.page.complete(Buffer.buffer("{}"));

    page.await(10, SECONDS);
    slowSource.closed.future().await(10, SECONDS);
  }

  @Test
  void next_aPageFails_returnsCodeAndMessageAndClosesTheSource() throws Exception {
    var source =
        RecordingPages.failingAt(
            5, 3, new FleetException(Code.UNAVAILABLE, "the database is down"));
    var pages = openPages(source);
    pages.next().await(10, SECONDS);
    pages.next().await(10, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessage("the database is down");
    source.closeFuture().await(10, SECONDS);
  }

  @Test
  void next_sourceThrows_isInternalWithoutDetails() throws Exception {
    var source =
        RecordingPages.failingAt(5, 2, new IllegalStateException("secret of the database"));
    var pages = openPages(source);
    pages.next().await(10, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).contains(ADDRESS).doesNotContain("secret");
    source.closeFuture().await(10, SECONDS);
  }

  @Test
  void next_latePage_isTimeoutAndTheSourceIsClosed() throws Exception {
    var slowSource = new SlowPages();
    registerService(RecordingPages.serviceOf(slowSource));
    var pages = proxy(Duration.ofMillis(50)).open("x").await(10, SECONDS);

    assertThat(failureOf(pages.next()).code()).isEqualTo(Code.TIMEOUT);
    slowSource.page.complete(Buffer.buffer("{}"));

    slowSource.closed.future().await(10, SECONDS);
  }

  @Test
  void open_lateReply_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    var lateResult = Promise.<Pages<RecordingPages.PagesHead>>promise();
    registerService(title -> lateResult.future());

    assertThat(failureOf(proxy(Duration.ofMillis(50)).open("x")).code()).isEqualTo(Code.TIMEOUT);
    lateResult.complete(source);

    source.closeFuture().await(10, SECONDS);
  }

  @Test
  void open_readerStopsReading_closesTheSourceAfterTheTimeout() throws Exception {
    var unreadSource = RecordingPages.of(5);
    openPagesOfServer(unreadSource, Duration.ofMillis(50));
    unreadSource.closeFuture().await(10, SECONDS);

    var startedSource = RecordingPages.of(5);
    openPagesOfServer(startedSource, Duration.ofMillis(500)).next().await(10, SECONDS);
    startedSource.closeFuture().await(10, SECONDS);
    assertThat(startedSource.readCount()).isEqualTo(1);
  }

  @Test
  void open_serviceFails_returnsCodeAndMessage() throws Exception {
    registerService(RecordingPages.serviceOf(RecordingPages.of(5)));

    var failure = failureOf(proxy(TIMEOUT).open(""));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure).hasMessage("title=: expected a text");
  }

  @Test
  void request_withoutReplyAddress_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    registerService(RecordingPages.serviceOf(source));

    vertx
        .eventBus()
        .send(ADDRESS, Buffer.buffer("\"x\""), new DeliveryOptions().addHeader("method", "open"));

    source.closeFuture().await(10, SECONDS);
  }

  @Test
  void open_unreadableHead_closesThePages() throws Exception {
    var closeMessage = Promise.<Message<Object>>promise();
    vertx
        .eventBus()
        .consumer(
            ADDRESS,
            request -> request.replyAndRequest(Buffer.buffer("[no json")).onComplete(closeMessage));

    assertThat(failureOf(proxy(TIMEOUT).open("x")).code()).isEqualTo(Code.INTERNAL);

    assertThat(closeMessage.future().await(10, SECONDS).headers().contains(PageServer.CLOSE_HEADER))
        .isTrue();
  }

  private Pages<RecordingPages.PagesHead> openPages(Pages<RecordingPages.PagesHead> source)
      throws Exception {
    registerService(RecordingPages.serviceOf(source));
    return proxy(TIMEOUT).open("x").await(10, SECONDS);
  }

  private Pages<RecordingPages.PagesHead> openPagesOfServer(
      Pages<RecordingPages.PagesHead> source, Duration pageTimeout) throws Exception {
    ServiceMessage.registerCodec(vertx);
    var consumer =
        vertx
            .eventBus()
            .consumer(
                ADDRESS,
                request ->
                    PageServer.serve(
                        request, source, pageTimeout, (page, cause) -> page.fail(1, "failed")));
    var pages = proxy(TIMEOUT).open("x").await(10, SECONDS);
    consumer.unregister().await(10, SECONDS);
    return pages;
  }

  private void registerService(PagedService service) throws Exception {
    BusService.register(vertx, ADDRESS, PagedService.class, service).await(10, SECONDS);
  }

  private PagedService proxy(Duration timeout) {
    return BusService.proxy(vertx, ADDRESS, PagedService.class, timeout);
  }

  private static String readAll(Pages<?> pages) throws Exception {
    return RecordingPages.readAll(pages).await(10, SECONDS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(10, SECONDS));
  }

  /** Pages whose only page the test completes. */
  private static final class SlowPages implements Pages<RecordingPages.PagesHead> {
    private final Promise<Void> requested = Promise.promise();
    private final Promise<Buffer> page = Promise.promise();
    private final Promise<Void> closed = Promise.promise();

    @Override
    public RecordingPages.PagesHead head() {
      return new RecordingPages.PagesHead("slow", 1);
    }

    @Override
    public Future<Buffer> next() {
      requested.complete();
      return page.future();
    }

    @Override
    public void close() {
      closed.tryComplete();
    }
  }
}
