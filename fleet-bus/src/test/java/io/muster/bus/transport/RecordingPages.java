package io.muster.bus.transport;

import static io.muster.bus.FleetException.Code.INVALID_ARGUMENT;

import io.muster.bus.FleetException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;

/** Pages of two numbered rows each, which count the calls. Confined to one test. */
final class RecordingPages implements Pages<RecordingPages.PagesHead, RecordingPages.NumberedRow> {
  private static final int ROWS_PER_PAGE = 2;

  private final int pageCount;
  private final int failingPage;
  private final RuntimeException failure;
  private final Promise<Void> closePromise = Promise.promise();
  private int readCount;
  private int closeCount;

  private RecordingPages(int pageCount, int failingPage, RuntimeException failure) {
    this.pageCount = pageCount;
    this.failingPage = failingPage;
    this.failure = failure;
  }

  /** Creates pages that can all be read. */
  static RecordingPages of(int pageCount) {
    return new RecordingPages(pageCount, 0, new IllegalStateException());
  }

  /**
   * Creates pages of which one fails: with a failed future for a {@link FleetException}, else by
   * throwing.
   */
  static RecordingPages failingAt(int pageCount, int failingPage, RuntimeException failure) {
    return new RecordingPages(pageCount, failingPage, failure);
  }

  /** Returns the rows of this many pages, read to the end. */
  static String rows(int pageCount) {
    return rows(0, pageCount * ROWS_PER_PAGE);
  }

  /** Returns a service that opens these pages for any title, and rejects an empty title. */
  static PagedService serviceOf(Pages<PagesHead, NumberedRow> pages) {
    return title ->
        title.isEmpty()
            ? Future.failedFuture(new FleetException(INVALID_ARGUMENT, "title=: expected a text"))
            : Future.succeededFuture(pages);
  }

  /** Reads all remaining pages, and returns them separated by commas. */
  static Future<String> readAll(Pages<?, ?> pages) {
    return readAll(pages, Buffer.buffer()).map(Buffer::toString);
  }

  /** Completes when the pages are closed for the first time. */
  Future<Void> closeFuture() {
    return closePromise.future();
  }

  int readCount() {
    return readCount;
  }

  int closeCount() {
    return closeCount;
  }

  @Override
  public PagesHead head() {
    return new PagesHead("Ägäis", pageCount * ROWS_PER_PAGE);
  }

  @Override
  public Future<Page<NumberedRow>> next() {
    readCount++;
    if (readCount != failingPage) {
      var firstRow = (readCount - 1) * ROWS_PER_PAGE;
      return Future.succeededFuture(
          Page.of(
              numberedRows(firstRow, Math.min(readCount, pageCount) * ROWS_PER_PAGE),
              readCount >= pageCount));
    }
    if (failure instanceof FleetException) {
      return Future.failedFuture(failure);
    }
    throw failure;
  }

  @Override
  public void close() {
    closeCount++;
    closePromise.tryComplete();
  }

  private static Future<Buffer> readAll(Pages<?, ?> pages, Buffer rows) {
    return pages
        .next()
        .compose(
            page -> {
              rows.appendString(rows.length() > 0 && !page.isEmpty() ? "," : "")
                  .appendBuffer(page.json());
              return page.isLast() ? Future.succeededFuture(rows) : readAll(pages, rows);
            });
  }

  private static String rows(int from, int to) {
    return Page.of(numberedRows(from, to), true).json().toString();
  }

  private static List<NumberedRow> numberedRows(int from, int to) {
    return IntStream.range(from, to).mapToObj(row -> new NumberedRow(row, "ü".repeat(3))).toList();
  }

  /** The head of the pages. */
  record PagesHead(String name, int rows) {}

  record NumberedRow(int number, String text) {}
}
