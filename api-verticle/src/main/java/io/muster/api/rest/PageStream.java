package io.muster.api.rest;

import io.muster.api.http.Gzip;
import io.muster.api.http.GzipEncoder;
import io.muster.bus.FleetException;
import io.muster.bus.transport.Page;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A response whose rows are sent page by page. A response of one page, the usual case, is sent
 * whole. Otherwise each page is requested when the socket has accepted the previous one, so that at
 * most two are in memory. Confined to the event loop of its connection.
 */
final class PageStream {
  private static final Logger log = LoggerFactory.getLogger(PageStream.class);

  /** Time without progress of a write after which the client is disconnected. */
  static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RestResponse.PagedResponse rows;
  private final InstantSource clock;
  private final Duration writeTimeout;
  private final Promise<Void> completion = Promise.promise();
  private Optional<GzipEncoder> gzip = Optional.empty();

  PageStream(HttpServerRequest request, RestResponse.PagedResponse rows, InstantSource clock) {
    this(request, rows, clock, WRITE_TIMEOUT);
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
    Envelope.setHead(response, 200).setChunked(true);
    if (Gzip.negotiate(request, response)) {
      gzip = Optional.of(new GzipEncoder());
    }
    write(Envelope.prefix(true).appendString(rows.prefix()).appendBuffer(first.json()))
        .onSuccess(ignored -> sendNextPage(second))
        .onFailure(this::abort);
    return completion.future();
  }

  private void sendNextPage(Page<?> page) {
    if (page.isEmpty()) {
      finish();
      return;
    }
    var written =
        write(Buffer.buffer(page.json().length() + 1).appendString(",").appendBuffer(page.json()));
    if (page.isLast()) {
      written.onSuccess(ignored -> finish()).onFailure(this::abort);
    } else {
      written
          .compose(ignored -> rows.pages().next())
          .onSuccess(this::sendNextPage)
          .onFailure(this::abort);
    }
  }

  private void finish() {
    var last = Buffer.buffer(rows.suffix()).appendBuffer(Envelope.successSuffix(clock.instant()));
    response
        .end(gzip.map(encoder -> encoder.finish(last)).orElse(last))
        .onComplete(
            ignored -> {
              if (request.version() == HttpVersion.HTTP_1_0) {
                request.connection().close(); // Marks the end of an HTTP/1.0 response.
              }
              completion.tryComplete();
            });
  }

  private Future<Void> write(Buffer bytes) {
    return write(gzip.map(encoder -> encoder.add(bytes)).orElse(bytes), 0);
  }

  private Future<Void> write(Buffer bytes, int start) {
    var end = Math.min(bytes.length(), start + CHUNK_BYTES);
    var written =
        response
            .write(bytes.slice(start, end))
            .timeout(writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    return end == bytes.length() ? written : written.compose(ignored -> write(bytes, end));
  }

  /** Resets the connection, so that the client does not mistake the response for a complete one. */
  private void abort(Throwable cause) {
    rows.pages().close();
    gzip.ifPresent(GzipEncoder::close);
    if (cause instanceof FleetException) {
      log.warn("response aborted path={} reason={}", request.path(), cause.getMessage());
    }
    // Ignored: it fails only if the connection is already closed.
    response.reset();
    completion.tryComplete();
  }
}
