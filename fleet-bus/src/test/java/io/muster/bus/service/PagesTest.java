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
  private static final String ADDRESS = "test.lending";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @Test
  void next_everyPage_comesInOrderAndWhole() throws Exception {
    var book = Book.of(50);

    var pages = borrowed(book);

    assertThat(pages.head()).isEqualTo(book.head());
    assertThat(whole(pages)).isEqualTo(Book.rows(50));
    book.closed().await(10, SECONDS);
    assertThat(book.turned()).isEqualTo(50);
  }

  @Test
  void next_afterTheEnd_staysEmpty() throws Exception {
    var pages = borrowed(Book.of(1));
    whole(pages);

    assertThat(pages.next().await(10, SECONDS).length()).isZero();
    assertThat(pages.next().await(10, SECONDS).length()).isZero();
  }

  @Test
  void next_noRows_isTheEndAtOnce() throws Exception {
    var book = Book.of(0);

    assertThat(whole(borrowed(book))).isEmpty();
    book.closed().await(10, SECONDS);
  }

  @Test
  void close_early_closesTheSource() throws Exception {
    var book = Book.of(5);
    var pages = borrowed(book);
    assertThat(pages.next().await(10, SECONDS)).hasToString(Book.rows(1));

    pages.close();
    pages.close();

    book.closed().await(10, SECONDS);
    assertThat(book.turned()).isEqualTo(1);
    assertThat(pages.next().await(10, SECONDS).length()).isZero();
    assertThat(book.closings()).isEqualTo(1);
  }

  @Test
  void close_beforeReading_closesTheSource() throws Exception {
    var book = Book.of(5);

    borrowed(book).close();

    book.closed().await(10, SECONDS);
    assertThat(book.turned()).isZero();
  }

  @Test
  void close_whileAPageIsMade_closesTheSource() throws Exception {
    var slow = new SlowBook();
    var pages = borrowed(slow);
    var page = pages.next();
    slow.asked.future().await(10, SECONDS);

    pages.close();
    slow.page.complete(Buffer.buffer("{}"));

    page.await(10, SECONDS);
    slow.closed.future().await(10, SECONDS);
  }

  @Test
  void next_aPageFails_codeAndMessageCrossAndTheSourceIsClosed() throws Exception {
    var book = Book.torn(5, 3, new FleetException(Code.UNAVAILABLE, "the database is down"));
    var pages = borrowed(book);
    pages.next().await(10, SECONDS);
    pages.next().await(10, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(failure).hasMessage("the database is down");
    book.closed().await(10, SECONDS);
  }

  @Test
  void next_defectOfTheSource_isInternalAndTellsNothing() throws Exception {
    var book = Book.torn(5, 2, new IllegalStateException("secret of the database"));
    var pages = borrowed(book);
    pages.next().await(10, SECONDS);

    var failure = failureOf(pages.next());

    assertThat(failure.code()).isEqualTo(Code.INTERNAL);
    assertThat(failure.getMessage()).contains(ADDRESS).doesNotContain("secret");
    book.closed().await(10, SECONDS);
  }

  @Test
  void next_pageComesTooLate_isTimeoutAndTheSourceIsClosed() throws Exception {
    var slow = new SlowBook();
    export(Book.lent(slow));
    var pages = proxy(Duration.ofMillis(50)).borrow("x").await(10, SECONDS);

    assertThat(failureOf(pages.next()).code()).isEqualTo(Code.TIMEOUT);
    slow.page.complete(Buffer.buffer("{}"));

    slow.closed.future().await(10, SECONDS);
  }

  @Test
  void borrow_answerComesTooLate_closesTheSource() throws Exception {
    var book = Book.of(5);
    var late = Promise.<Pages<Book.Title>>promise();
    export(title -> late.future());

    assertThat(failureOf(proxy(Duration.ofMillis(50)).borrow("x")).code()).isEqualTo(Code.TIMEOUT);
    late.complete(book);

    book.closed().await(10, SECONDS);
  }

  @Test
  void borrow_readerIsGone_closesTheSourceWhenPatienceEnds() throws Exception {
    var unread = Book.of(5);
    served(unread, Duration.ofMillis(50));
    unread.closed().await(10, SECONDS);

    var begun = Book.of(5);
    served(begun, Duration.ofMillis(500)).next().await(10, SECONDS);
    begun.closed().await(10, SECONDS);
    assertThat(begun.turned()).isEqualTo(1);
  }

  @Test
  void borrow_openingFails_codeCrosses() throws Exception {
    export(Book.lent(Book.of(5)));

    var failure = failureOf(proxy(PATIENCE).borrow(""));

    assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(failure).hasMessage("title=: expected a text");
  }

  @Test
  void request_nobodyWaitsForTheAnswer_closesTheSource() throws Exception {
    var book = Book.of(5);
    export(Book.lent(book));

    vertx
        .eventBus()
        .send(ADDRESS, Buffer.buffer("\"x\""), new DeliveryOptions().addHeader("method", "borrow"));

    book.closed().await(10, SECONDS);
  }

  @Test
  void borrow_headCannotBeRead_givesThePagesUp() throws Exception {
    var farewell = Promise.<Message<Object>>promise();
    vertx
        .eventBus()
        .consumer(
            ADDRESS,
            request -> request.replyAndRequest(Buffer.buffer("[no json")).onComplete(farewell));

    assertThat(failureOf(proxy(PATIENCE).borrow("x")).code()).isEqualTo(Code.INTERNAL);

    assertThat(farewell.future().await(10, SECONDS).headers().contains(PageTurner.CLOSE)).isTrue();
  }

  private Pages<Book.Title> borrowed(Pages<Book.Title> book) throws Exception {
    export(Book.lent(book));
    return proxy(PATIENCE).borrow("x").await(10, SECONDS);
  }

  private Pages<Book.Title> served(Pages<Book.Title> book, Duration patience) throws Exception {
    Parcel.register(vertx);
    var consumer =
        vertx
            .eventBus()
            .consumer(
                ADDRESS,
                request ->
                    PageTurner.serve(
                        request, book, patience, (page, cause) -> page.fail(1, "torn")));
    var pages = proxy(PATIENCE).borrow("x").await(10, SECONDS);
    consumer.unregister().await(10, SECONDS);
    return pages;
  }

  private void export(Lending lending) throws Exception {
    BusService.export(vertx, ADDRESS, Lending.class, lending).await(10, SECONDS);
  }

  private Lending proxy(Duration timeout) {
    return BusService.proxy(vertx, ADDRESS, Lending.class, timeout);
  }

  private static String whole(Pages<?> pages) throws Exception {
    return Book.read(pages).await(10, SECONDS);
  }

  private static FleetException failureOf(Future<?> call) {
    return (FleetException) catchThrowable(() -> call.await(10, SECONDS));
  }

  /** Makes its one page when it is told to. */
  private static final class SlowBook implements Pages<Book.Title> {
    private final Promise<Void> asked = Promise.promise();
    private final Promise<Buffer> page = Promise.promise();
    private final Promise<Void> closed = Promise.promise();

    @Override
    public Book.Title head() {
      return new Book.Title("slow", 1);
    }

    @Override
    public Future<Buffer> next() {
      asked.complete();
      return page.future();
    }

    @Override
    public void close() {
      closed.tryComplete();
    }
  }
}
