package io.muster.api.rest.answer;

import io.muster.bus.FleetException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One answer whose rows come page by page. One page is all rows of most answers: it goes out whole.
 * Of more, each is asked for when the socket has taken the one before, so that never more than two
 * are in memory. Confined to the event loop of its connection.
 */
final class PageStream {
  private static final Logger log = LoggerFactory.getLogger(PageStream.class);

  /** After so long without a byte taken a client is cut. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int SLICE_BYTES = 64 * 1024;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Reply.Rows rows;
  private final InstantSource clock;
  private final Duration patience;
  private final Promise<Void> done = Promise.promise();

  PageStream(HttpServerRequest request, Reply.Rows rows, InstantSource clock) {
    this(request, rows, clock, PATIENCE);
  }

  PageStream(HttpServerRequest request, Reply.Rows rows, InstantSource clock, Duration patience) {
    this.request = request;
    this.response = request.response();
    this.rows = rows;
    this.clock = clock;
    this.patience = patience;
  }

  /** Completes when the answer is over, however it ended; fails while nothing of it is sent. */
  Future<Void> send() {
    if (response.closed()) {
      rows.pages().close();
      return Future.succeededFuture();
    }
    response.closeHandler(gone -> rows.pages().close());
    rows.headers().forEach(response::putHeader);
    return request.method().equals(HttpMethod.HEAD) ? head() : begin();
  }

  private Future<Void> head() {
    rows.pages().close();
    return Envelope.head(response, 200).end();
  }

  private Future<Void> begin() {
    return rows.pages()
        .next()
        .compose(
            first ->
                first.length() == 0
                    ? whole(first)
                    : rows.pages()
                        .next()
                        .compose(
                            second -> second.length() == 0 ? whole(first) : stream(first, second)))
        .onFailure(cause -> rows.pages().close());
  }

  private Future<Void> whole(Buffer all) {
    var data =
        Buffer.buffer().appendString(rows.before()).appendBuffer(all).appendString(rows.after());
    return Envelope.succeed(response, data, clock.instant());
  }

  private Future<Void> stream(Buffer first, Buffer second) {
    Envelope.head(response, 200).setChunked(true);
    write(Envelope.opening(true).appendString(rows.before()).appendBuffer(first))
        .onSuccess(written -> turn(second))
        .onFailure(this::cut);
    return done.future();
  }

  private void turn(Buffer page) {
    if (page.length() == 0) {
      end();
      return;
    }
    write(Buffer.buffer(page.length() + 1).appendString(",").appendBuffer(page))
        .compose(written -> rows.pages().next())
        .onSuccess(this::turn)
        .onFailure(this::cut);
  }

  private void end() {
    response
        .end(Buffer.buffer(rows.after()).appendBuffer(Envelope.successful(clock.instant())))
        .onComplete(
            ended -> {
              if (request.version() == HttpVersion.HTTP_1_0) {
                request.connection().close(); // Nothing else tells such a client the end.
              }
              done.tryComplete();
            });
  }

  private Future<Void> write(Buffer bytes) {
    return write(bytes, 0);
  }

  private Future<Void> write(Buffer bytes, int from) {
    var until = Math.min(bytes.length(), from + SLICE_BYTES);
    var written =
        response
            .write(bytes.slice(from, until))
            .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    return until == bytes.length() ? written : written.compose(taken -> write(bytes, until));
  }

  /** The client must not take for whole what is not: it sees a connection that breaks. */
  private void cut(Throwable cause) {
    rows.pages().close();
    if (cause instanceof FleetException) {
      log.warn("answer cut short path={} reason={}", request.path(), cause.getMessage());
    }
    // A connection that is closed already is as good.
    response.reset();
    done.tryComplete();
  }
}
