package io.muster.api.rest;

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

    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return new PageStream(request, this, clock).send();
    }
  }
}
