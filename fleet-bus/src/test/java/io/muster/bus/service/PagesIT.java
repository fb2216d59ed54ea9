package io.muster.bus.service;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.LoopbackCluster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages that one node of a cluster has and another reads. */
class PagesIT {
  private static LoopbackCluster cluster;
  private static Vertx reader;
  private static Vertx lender;

  private final String address = "test.lending." + UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    reader = cluster.node();
    lender = cluster.node();
  }

  @AfterAll
  static void stop() throws Exception {
    Future.join(reader.close(), lender.close()).await(60, SECONDS);
  }

  @Test
  void next_ofAnotherNode_everyPageComesInOrderAndWhole() throws Exception {
    var book = Book.of(200);

    var pages = borrowed(reader, book);

    assertThat(pages.head()).isEqualTo(book.head());
    assertThat(Book.read(pages).await(60, SECONDS)).isEqualTo(Book.rows(200));
    book.closed().await(20, SECONDS);
  }

  @Test
  void close_ofAnotherNode_closesTheSource() throws Exception {
    var book = Book.of(5);
    var pages = borrowed(reader, book);
    pages.next().await(20, SECONDS);

    pages.close();

    book.closed().await(20, SECONDS);
    assertThat(book.turned()).isEqualTo(1);
  }

  @Test
  void next_aPageFailsOnAnotherNode_codeAndMessageCross() throws Exception {
    var book = Book.torn(5, 3, new FleetException(Code.TIMEOUT, "the database was too slow"));
    var pages = borrowed(reader, book);
    pages.next().await(20, SECONDS);
    pages.next().await(20, SECONDS);

    var failure = catchThrowable(() -> pages.next().await(20, SECONDS));

    assertThat(failure)
        .hasMessage("the database was too slow")
        .hasFieldOrPropertyWithValue("code", Code.TIMEOUT);
    book.closed().await(20, SECONDS);
  }

  @Test
  void next_readersNodeIsGone_closesTheSourceWhenPatienceEnds() throws Exception {
    var book = Book.of(5);
    var leaver = cluster.node();
    borrowed(leaver, book).next().await(20, SECONDS);

    leaver.close().await(60, SECONDS);

    book.closed().await(20, SECONDS);
    assertThat(book.turned()).isEqualTo(1);
  }

  private Pages<Book.Title> borrowed(Vertx from, Book book) throws Exception {
    Parcel.register(lender);
    lender
        .eventBus()
        .consumer(
            address,
            request ->
                PageTurner.serve(
                    request, book, Duration.ofSeconds(3), (page, cause) -> fail(page, cause)))
        .completion()
        .await(20, SECONDS);
    return BusService.proxy(from, address, Lending.class, Duration.ofSeconds(20))
        .borrow("x")
        .await(20, SECONDS);
  }

  private static void fail(Message<?> page, Throwable cause) {
    page.fail(((FleetException) cause).code().busCode(), cause.getMessage());
  }
}
