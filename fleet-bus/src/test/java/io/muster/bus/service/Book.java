package io.muster.bus.service;

import static io.muster.bus.FleetException.Code.INVALID_ARGUMENT;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.FleetException;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** So many pages, each of two rows that are numbered through; remembers what was done to it. */
final class Book implements Pages<Book.Title> {
  private static final int ROWS = 2;

  private final int pages;
  private final int tornPage;
  private final RuntimeException torn;
  private final Promise<Void> closed = Promise.promise();
  private int turned;
  private int closings;

  private Book(int pages, int tornPage, RuntimeException torn) {
    this.pages = pages;
    this.tornPage = tornPage;
    this.torn = torn;
  }

  /** All of its pages can be read. */
  static Book of(int pages) {
    return new Book(pages, 0, new IllegalStateException());
  }

  /** One page fails: with a future when the failure has a code, else by throwing. */
  static Book torn(int pages, int tornPage, RuntimeException torn) {
    return new Book(pages, tornPage, torn);
  }

  /** What a whole reading of so many pages yields. */
  static String rows(int pages) {
    return rows(0, pages * ROWS);
  }

  /** A service that lends such a book, whatever is asked for; but none has no title. */
  static Lending lent(Pages<Title> book) {
    return title ->
        title.isEmpty()
            ? Future.failedFuture(new FleetException(INVALID_ARGUMENT, "title=: expected a text"))
            : Future.succeededFuture(book);
  }

  /** All pages that are left, with commas between. */
  static Future<String> read(Pages<?> pages) {
    return read(pages, Buffer.buffer()).map(Buffer::toString);
  }

  /** Completes when it is closed for the first time. */
  Future<Void> closed() {
    return closed.future();
  }

  int turned() {
    return turned;
  }

  int closings() {
    return closings;
  }

  @Override
  public Title head() {
    return new Title("Ägäis", pages * ROWS);
  }

  @Override
  public Future<Buffer> next() {
    if (closings > 0 || turned == pages) {
      return Future.succeededFuture(Buffer.buffer());
    }
    turned++;
    if (turned != tornPage) {
      return Future.succeededFuture(Buffer.buffer(rows((turned - 1) * ROWS, turned * ROWS)));
    }
    if (torn instanceof FleetException) {
      return Future.failedFuture(torn);
    }
    throw torn;
  }

  @Override
  public void close() {
    closings++;
    closed.tryComplete();
  }

  private static Future<Buffer> read(Pages<?> pages, Buffer whole) {
    return pages
        .next()
        .compose(
            page ->
                page.length() == 0
                    ? Future.succeededFuture(whole)
                    : read(
                        pages,
                        whole.appendString(whole.length() > 0 ? "," : "").appendBuffer(page)));
  }

  private static String rows(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(row -> new String(WireJson.bytes(new Line(row, "ü".repeat(3))), UTF_8))
        .collect(Collectors.joining(","));
  }

  /** Its head. */
  record Title(String name, int rows) {}

  record Line(int number, String text) {}
}
