package io.muster.api.rest;

import io.muster.api.rest.contract.BadRequestException;
import io.muster.bus.transport.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Map;

/** The data of a successful response. */
sealed interface RestResponse
    permits RestResponse.JsonResponse, RestResponse.PagedResponse, SeriesResponse {
  /** A response without data. */
  RestResponse NO_DATA = new JsonResponse(Buffer.buffer("null"));

  /** Maximum size of data that are not sent page by page. */
  int MAX_DATA_BYTES = 8 << 20;

  /** A list without entries. */
  RestResponse EMPTY_LIST = new JsonResponse(Buffer.buffer("[]"));

  /** Returns a response with one record. */
  static RestResponse of(Object data) {
    return new JsonResponse(Buffer.buffer(WireJson.bytes(data)));
  }

  /** Returns a response with a list of all rows. */
  static RestResponse list(Pages<?, ?> rows) {
    return new PagedResponse(rows, "[", "]", Map.of());
  }

  /** Returns all data in JSON, which must not be changed. */
  Future<Buffer> data();

  /**
   * Sends the response. Fails on an error before the first byte only; on a later error the
   * connection is reset.
   */
  Future<Void> send(HttpServerRequest request, InstantSource clock);

  /**
   * Data in memory.
   *
   * @param json must not be changed
   */
  record JsonResponse(Buffer json) implements RestResponse {
    @Override
    public Future<Buffer> data() {
      return Future.succeededFuture(json);
    }

    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return Envelope.sendSuccess(request, json, clock.instant());
    }
  }

  /**
   * Data that are sent page by page.
   *
   * @param prefix JSON before the rows
   * @param suffix JSON after the rows
   * @param headers headers of the response
   */
  record PagedResponse(Pages<?, ?> pages, String prefix, String suffix, Map<String, String> headers)
      implements RestResponse {
    public PagedResponse {
      headers = Map.copyOf(headers);
    }

    /** Fails if the data are too large for memory: only a response that is sent by page may be. */
    @Override
    public Future<Buffer> data() {
      return append(Buffer.buffer(prefix));
    }

    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return new PageStream(request, this, clock).send();
    }

    private Future<Buffer> append(Buffer read) {
      return pages
          .next()
          .compose(
              page -> {
                var isFirst = read.length() == prefix.length();
                read.appendString(isFirst || page.isEmpty() ? "" : ",").appendBuffer(page.json());
                if (page.isLast()) {
                  return Future.succeededFuture(read.appendString(suffix));
                }
                return read.length() > MAX_DATA_BYTES ? rejectSize() : append(read);
              });
    }

    private Future<Buffer> rejectSize() {
      pages.close();
      return Future.failedFuture(
          BadRequestException.of(
              "limit", "fewer rows: the data exceed " + MAX_DATA_BYTES + " bytes"));
    }
  }
}
