package io.muster.api.rest.response;

import io.muster.bus.service.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Map;

/** The data of a successful answer, and how they get into it. */
public sealed interface RestResponse {
  /** No data. */
  RestResponse NO_DATA = new JsonResponse(Buffer.buffer("null"));

  /** No entries. */
  RestResponse EMPTY_LIST = new JsonResponse(Buffer.buffer("[]"));

  /** A record. */
  static RestResponse of(Object data) {
    return new JsonResponse(Buffer.buffer(WireJson.bytes(data)));
  }

  /** A list of all rows. */
  static RestResponse list(Pages<?> rows) {
    return new PagedResponse(rows, "[", "]", Map.of());
  }

  /**
   * Answers with them. Fails when something goes wrong before the first byte, and never later: then
   * the connection is cut.
   */
  Future<Void> send(HttpServerRequest request, InstantSource clock);

  /**
   * Data that are there.
   *
   * @param json never changed
   */
  record JsonResponse(Buffer json) implements RestResponse {
    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return Envelope.sendSuccess(request.response(), json, clock.instant());
    }
  }

  /**
   * Data that come page by page.
   *
   * @param prefix what stands before the rows
   * @param suffix what stands behind them
   * @param headers of the answer
   */
  record PagedResponse(Pages<?> pages, String prefix, String suffix, Map<String, String> headers)
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
