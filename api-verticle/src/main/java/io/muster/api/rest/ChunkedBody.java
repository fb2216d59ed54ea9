package io.muster.api.rest;

import io.muster.api.content.Gzip;
import io.muster.api.content.GzipEncoder;
import io.muster.bus.FleetException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a response that is sent part by part, compressed if the client accepts that. Confined
 * to the event loop of its connection.
 */
final class ChunkedBody {
  /** Time without progress of a write after which the client is disconnected. */
  static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(ChunkedBody.class);
  private static final int CHUNK_BYTES = 64 * 1024;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Duration writeTimeout;
  private final Optional<GzipEncoder> gzip;
  private final Promise<Void> completion = Promise.promise();

  /** Begins the body of a response whose other headers are set. */
  ChunkedBody(HttpServerRequest request, Duration writeTimeout) {
    this.request = request;
    this.response = request.response().setChunked(true);
    this.writeTimeout = writeTimeout;
    this.gzip =
        Gzip.negotiate(request, response) ? Optional.of(new GzipEncoder()) : Optional.empty();
  }

  /** Completes when the body has ended or was aborted. */
  Future<Void> completion() {
    return completion.future();
  }

  /**
   * Sends a part; completes when the socket has accepted it, and fails if it does not within the
   * timeout.
   */
  Future<Void> write(Buffer part) {
    return write(gzip.map(encoder -> encoder.add(part)).orElse(part), 0);
  }

  /** Sends the last part. */
  void end(Buffer part) {
    response
        .end(gzip.map(encoder -> encoder.finish(part)).orElse(part))
        .onComplete(
            ignored -> {
              if (request.version() == HttpVersion.HTTP_1_0) {
                request.connection().close(); // Marks the end of an HTTP/1.0 response.
              }
              completion.tryComplete();
            });
  }

  /** Resets the connection, so that the client does not mistake the response for a complete one. */
  void abort(Throwable cause) {
    gzip.ifPresent(GzipEncoder::close);
    if (cause instanceof FleetException) {
      log.warn("response aborted path={} reason={}", request.path(), cause.getMessage());
    }
    // Ignored: it fails only if the connection is already closed.
    response.reset();
    completion.tryComplete();
  }

  private Future<Void> write(Buffer bytes, int start) {
    var end = Math.min(bytes.length(), start + CHUNK_BYTES);
    var written =
        response
            .write(bytes.slice(start, end))
            .timeout(writeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    return end == bytes.length() ? written : written.compose(ignored -> write(bytes, end));
  }
}
