package io.muster.api.rest;

import io.muster.bus.transport.Page;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A response whose rows are sent page by page. A response of one page, the usual case, is sent
 * whole. Otherwise each page is requested when the socket has accepted the previous one, so that at
 * most two are in memory. Confined to the event loop of its connection.
 */
final class PageStream {
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RestResponse.PagedResponse rows;
  private final InstantSource clock;
  private final Duration writeTimeout;

  PageStream(HttpServerRequest request, RestResponse.PagedResponse rows, InstantSource clock) {
    this(request, rows, clock, ChunkedBody.WRITE_TIMEOUT);
  }

  PageStream(
      HttpServerRequest request,
      RestResponse.PagedResponse rows,
      InstantSource clock,
      Duration writeTimeout) {
    this.request = request;
    this.response = request.response();
    this.rows = rows;
    this.clock = clock;
    this.writeTimeout = writeTimeout;
  }

  /** Completes when the response has ended in any way; fails only before its first byte is sent. */
  Future<Void> send() {
    if (response.closed()) {
      rows.pages().close();
      return Future.succeededFuture();
    }
    response.closeHandler(ignored -> rows.pages().close());
    rows.headers().forEach(response::putHeader);
    return request.method().equals(HttpMethod.HEAD) ? sendHead() : sendFirstPages();
  }

  private Future<Void> sendHead() {
    rows.pages().close();
    return Envelope.setHead(response, 200).end();
  }

  private Future<Void> sendFirstPages() {
    return rows.pages()
        .next()
        .compose(first -> first.isLast() ? sendWhole(first) : sendFirstOfSeveral(first))
        .onFailure(cause -> rows.pages().close());
  }

  private Future<Void> sendFirstOfSeveral(Page<?> first) {
    return rows.pages()
        .next()
        .compose(second -> second.isEmpty() ? sendWhole(first) : sendInChunks(first, second));
  }

  private Future<Void> sendWhole(Page<?> page) {
    var data =
        Buffer.buffer()
            .appendString(rows.prefix())
            .appendBuffer(page.json())
            .appendString(rows.suffix());
    return Envelope.sendSuccess(request, data, clock.instant());
  }

  private Future<Void> sendInChunks(Page<?> first, Page<?> second) {
    Envelope.setHead(response, 200);
    var body = new ChunkedBody(request, writeTimeout);
    body.write(Envelope.prefix(true).appendString(rows.prefix()).appendBuffer(first.json()))
        .onSuccess(ignored -> sendNextPage(body, second))
        .onFailure(cause -> abort(body, cause));
    return body.completion();
  }

  private void sendNextPage(ChunkedBody body, Page<?> page) {
    if (page.isEmpty()) {
      finish(body);
      return;
    }
    var written =
        body.write(
            Buffer.buffer(page.json().length() + 1).appendString(",").appendBuffer(page.json()));
    if (page.isLast()) {
      written.onSuccess(ignored -> finish(body)).onFailure(cause -> abort(body, cause));
    } else {
      written
          .compose(ignored -> rows.pages().next())
          .onSuccess(next -> sendNextPage(body, next))
          .onFailure(cause -> abort(body, cause));
    }
  }

  private void finish(ChunkedBody body) {
    body.end(Buffer.buffer(rows.suffix()).appendBuffer(Envelope.successSuffix(clock.instant())));
  }

  private void abort(ChunkedBody body, Throwable cause) {
    rows.pages().close();
    body.abort(cause);
  }
}
