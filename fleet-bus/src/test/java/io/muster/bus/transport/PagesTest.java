package io.muster.bus.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.transport.RecordingPages.NumberedRow;
import io.muster.bus.transport.RecordingPages.PagesHead;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final String ADDRESS = "test.pages";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Passes during the test, and is longer than one call takes on a loaded machine. */
  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(2);

  private final Vertx vertx = Vertx.vertx();
  private final BusService services =
      new BusService(vertx, new SimpleMeterRegistry(), System::nanoTime);

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @Test
  void next_everyPage_arrivesInOrderAndComplete() throws Exception {
    var source = RecordingPages.of(50);

    var pages = openPages(source);

    assertThat(pages.head()).isEqualTo(source.head());
    assertThat(readAll(pages)).isEqualTo(RecordingPages.rows(50));
    source.closeFuture().await(60, SECONDS);
    assertThat(source.readCount()).isEqualTo(50);
  }

  @Test
  void next_afterTheEnd_staysEmpty() throws Exception {
    var pages = openPages(RecordingPages.of(1));
    readAll(pages);

    assertThat(pages.next().await(60, SECONDS).isEmpty()).isTrue();
    assertThat(pages.next().await(60, SECONDS).isEmpty()).isTrue();
  }

  @Test
  void next_noRows_isEmptyAtOnce() throws Exception {
    var source = RecordingPages.of(0);

    assertThat(readAll(openPages(source))).isEmpty();
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void close_early_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    var pages = openPages(source);
    assertThat(pages.next().await(60, SECONDS).json()).hasToString(RecordingPages.rows(1));

    pages.close();
    pages.close();

    source.closeFuture().await(60, SECONDS);
    assertThat(source.readCount()).isEqualTo(1);
    assertThat(pages.next().await(60, SECONDS).isEmpty()).isTrue();
    assertThat(source.closeCount()).isEqualTo(1);
  }

  @Test
  void close_beforeReading_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);

    var pages = openPages(source);
    pages.close();

    source.closeFuture().await(60, SECONDS);
    assertThat(source.readCount()).isEqualTo(1);
    assertThat(pages.next().await(60, SECONDS).isEmpty()).isTrue();
  }

  @Test
  void close_whileAPageIsRead_closesTheSource() throws Exception {
    var slowSource = new SlowPages();
    var pages = openPages(slowSource);
    pages.next().await(60, SECONDS);
    var page = pages.next();
    slowSource.requested.future().await(60, SECONDS);

    pages.close();
    slowSource.page.complete(Page.of(List.of(), false));

    page.await(60, SECONDS);
    slowSource.closed.future().await(60, SECONDS);
  }

  @Test
  void next_aPageFails_returnsCodeAndMessageAndClosesTheSource() throws Exception {
    var source =
        RecordingPages.failingAt(
            5, 3, new FleetException(Code.UNAVAILABLE, "the database is down"));
    var pages = openPages(source);
    pages.next().await(60, SECONDS);
    pages.next().await(60, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessage("the database is down");
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void next_sourceThrows_isInternalWithoutDetails() throws Exception {
    var source =
        RecordingPages.failingAt(5, 2, new IllegalStateException("secret of the database"));
    var pages = openPages(source);
    pages.next().await(60, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).contains(ADDRESS).doesNotContain("secret");
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void next_latePage_isTimeoutAndTheSourceIsClosed() throws Exception {
    var slowSource = new SlowPages();
    registerService(RecordingPages.serviceOf(slowSource));
    var pages = proxy(SHORT_TIMEOUT).open("x").await(60, SECONDS);
    pages.next().await(60, SECONDS);

    assertThat(failureOf(pages.next()).code()).isEqualTo(Code.TIMEOUT);
    slowSource.page.complete(Page.of(List.of(), false));

    slowSource.closed.future().await(60, SECONDS);
  }

  @Test
  void open_lateReply_closesTheSource() throws Exception {
    var source = RecordingPages.of(5);
    var lateResult = Promise.<Pages<PagesHead, NumberedRow>>promise();
    registerService(title -> lateResult.future());

    assertThat(failureOf(proxy(Duration.ofMillis(50)).open("x")).code()).isEqualTo(Code.TIMEOUT);
    lateResult.complete(source);

    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void open_readerStopsReading_closesTheSourceAfterTheTimeout() throws Exception {
    var unreadSource = RecordingPages.of(5);
    openPagesOfServer(unreadSource, Duration.ofMillis(50));
    unreadSource.closeFuture().await(60, SECONDS);

    var startedSource = RecordingPages.of(5);
    var startedPages = openPagesOfServer(startedSource, SHORT_TIMEOUT);
    startedPages.next().await(60, SECONDS);
    startedPages.next().await(60, SECONDS);
    startedSource.closeFuture().await(60, SECONDS);
    assertThat(startedSource.readCount()).isEqualTo(2);
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

    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void open_oneShortPage_isOneReplyAndClosesTheSource() throws Exception {
    var messages = new AtomicInteger();
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              messages.incrementAndGet();
              delivery.next();
            });
    var source = RecordingPages.of(1);

    var pages = openPages(source);

    source.closeFuture().await(60, SECONDS);
    assertThat(readAll(pages)).isEqualTo(RecordingPages.rows(1));
    pages.close();
    assertThat(messages).as("the call and its reply").hasValue(2);
    assertThat(source.readCount()).isEqualTo(1);
    assertThat(source.closeCount()).isEqualTo(1);
  }

  @Test
  void open_firstPageFails_failsTheCallAndClosesTheSource() throws Exception {
    var source =
        RecordingPages.failingAt(5, 1, new FleetException(Code.TIMEOUT, "the database is slow"));
    registerService(RecordingPages.serviceOf(source));

    var failure = failureOf(proxy(TIMEOUT).open("x"));

    assertThat(failure.code()).isEqualTo(Code.TIMEOUT);
    assertThat(failure).hasMessage("the database is slow");
    source.closeFuture().await(60, SECONDS);
  }

  @Test
  void open_unreadableReply_isInternalAndClosesThePages() throws Exception {
    var head = new String(WireJson.bytes(new PagesHead("x", 1)), UTF_8);

    assertUnreadable(Buffer.buffer("{}"), new DeliveryOptions().addHeader("head", "[no json"));
    assertUnreadable("a text", new DeliveryOptions().addHeader("head", head));
  }

  /** The first message of a former version was the head, without a page. */
  @Test
  void open_replyOfAnotherVersion_isInternalAndClosesThePages() throws Exception {
    assertUnreadable(
        ServiceMessage.of(new PagesHead("x", 1)),
        new DeliveryOptions().setCodecName(ServiceMessage.CODEC_NAME));
  }

  private void assertUnreadable(Object body, DeliveryOptions options) throws Exception {
    var closeMessage = Promise.<Message<Object>>promise();
    var consumer =
        vertx
            .eventBus()
            .consumer(
                ADDRESS,
                request -> request.replyAndRequest(body, options).onComplete(closeMessage));

    var failure = failureOf(proxy(TIMEOUT).open("x"));

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure).hasMessage("unreadable reply from " + ADDRESS);
    assertThat(closeMessage.future().await(60, SECONDS).headers().contains(PageServer.CLOSE_HEADER))
        .isTrue();
    consumer.unregister().await(60, SECONDS);
  }

  private Pages<PagesHead, NumberedRow> openPages(Pages<PagesHead, NumberedRow> source)
      throws Exception {
    registerService(RecordingPages.serviceOf(source));
    return proxy(TIMEOUT).open("x").await(60, SECONDS);
  }

  private Pages<PagesHead, NumberedRow> openPagesOfServer(
      Pages<PagesHead, NumberedRow> source, Duration pageTimeout) throws Exception {
    var consumer =
        vertx
            .eventBus()
            .consumer(
                ADDRESS,
                request ->
                    PageServer.serve(
                        request,
                        source,
                        pageTimeout,
                        cause -> new FleetException(Code.INTERNAL, "failed")));
    var pages = proxy(TIMEOUT).open("x").await(60, SECONDS);
    consumer.unregister().await(60, SECONDS);
    return pages;
  }

  private void registerService(PagedService service) throws Exception {
    services.register(ADDRESS, PagedService.class, service).await(60, SECONDS);
  }

  private PagedService proxy(Duration timeout) {
    return services.proxy(ADDRESS, PagedService.class, timeout);
  }

  private static String readAll(Pages<?, ?> pages) throws Exception {
    return RecordingPages.readAll(pages).await(60, SECONDS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(60, SECONDS));
  }

  /** Pages whose second page the test completes. Confined to the context of the server. */
  private static final class SlowPages implements Pages<PagesHead, NumberedRow> {
    private final Promise<Void> requested = Promise.promise();
    private final Promise<Page<NumberedRow>> page = Promise.promise();
    private final Promise<Void> closed = Promise.promise();
    private boolean isOpened;

    @Override
    public PagesHead head() {
      return new PagesHead("slow", 1);
    }

    @Override
    public Future<Page<NumberedRow>> next() {
      if (isOpened) {
        requested.complete();
        return page.future();
      }
      isOpened = true;
      return Future.succeededFuture(Page.of(List.of(new NumberedRow(0, "first")), false));
    }

    @Override
    public void close() {
      closed.tryComplete();
    }
  }
}
