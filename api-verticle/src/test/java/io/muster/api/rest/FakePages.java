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
 * Pages that are made as they are asked for, and counted.
 *
 * @param page the page of a number, from 0; an empty one ends them
 * @param servedCount how many were asked for
 * @param closed completes when they are given up
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

  /** So many pages, each the same. */
  static <H> FakePages<H> repeat(H head, int pages, Buffer page) {
    return generate(
        head, number -> Future.succeededFuture(number < pages ? page : Buffer.buffer()));
  }

  /** One page of these rows. */
  static <H> FakePages<H> of(H head, Object... rows) {
    return repeat(head, rows.length == 0 ? 0 : 1, rows(rows));
  }

  /** The rows as a page has them. */
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
