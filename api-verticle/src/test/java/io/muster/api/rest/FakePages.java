package io.muster.api.rest;

import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Pages that are generated on request, and counted.
 *
 * @param page returns the page of a number, from 0
 * @param servedCount number of requested pages
 * @param closed completes when the pages are closed
 */
record FakePages<H, R>(
    H head,
    IntFunction<Future<Page<R>>> page,
    AtomicInteger servedCount,
    CompletableFuture<Void> closed)
    implements Pages<H, R> {
  static <H, R> FakePages<H, R> generate(H head, IntFunction<Future<Page<R>>> page) {
    return new FakePages<>(head, page, new AtomicInteger(), new CompletableFuture<>());
  }

  /** Returns this number of identical pages; an empty one for zero. */
  static <H, R> FakePages<H, R> repeat(H head, int pages, List<R> rows) {
    return generate(
        head,
        number ->
            Future.succeededFuture(Page.of(pages == 0 ? List.of() : rows, number >= pages - 1)));
  }

  /** Returns one page of this row. */
  static <H, R> FakePages<H, R> of(H head, R row) {
    return repeat(head, 1, List.of(row));
  }

  @Override
  public Future<Page<R>> next() {
    return page.apply(servedCount.getAndIncrement());
  }

  @Override
  public void close() {
    closed.complete(null);
  }
}
