package io.muster.api.rest;

import io.muster.bus.service.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Pages that are generated on request, and counted.
 *
 * @param page returns the page of a number, from 0; an empty page is the end
 * @param servedCount number of requested pages
 * @param closed completes when the pages are closed
 */
record FakePages<H>(
    H head,
    IntFunction<Future<Buffer>> page,
    AtomicInteger servedCount,
    CompletableFuture<Void> closed)
    implements Pages<H> {
  static <H> FakePages<H> generate(H head, IntFunction<Future<Buffer>> page) {
    return new FakePages<>(head, page, new AtomicInteger(), new CompletableFuture<>());
  }

  /** Returns this number of identical pages. */
  static <H> FakePages<H> repeat(H head, int pages, Buffer page) {
    return generate(
        head, number -> Future.succeededFuture(number < pages ? page : Buffer.buffer()));
  }

  /** Returns one page of these rows. */
  static <H> FakePages<H> of(H head, Object... rows) {
    return repeat(head, rows.length == 0 ? 0 : 1, rows(rows));
  }

  /** Encodes the rows of a page. */
  static Buffer rows(Object... rows) {
    return Buffer.buffer(
        Arrays.stream(rows)
            .map(row -> Buffer.buffer(WireJson.bytes(row)).toString())
            .collect(Collectors.joining(",")));
  }

  @Override
  public Future<Buffer> next() {
    return page.apply(servedCount.getAndIncrement());
  }

  @Override
  public void close() {
    closed.complete(null);
  }
}
