package io.muster.api.rest.answer;

import io.muster.bus.service.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.Map;

/** The data of a successful answer, and how they get into it. */
public sealed interface Reply {
  /** No data. */
  Reply NULL = new Whole(Buffer.buffer("null"));

  /** No entries. */
  Reply NONE = new Whole(Buffer.buffer("[]"));

  /** A record. */
  static Reply of(Object data) {
    return new Whole(Buffer.buffer(WireJson.bytes(data)));
  }

  /** A list of all rows. */
  static Reply list(Pages<?> rows) {
    return new Rows(rows, "[", "]", Map.of());
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
  record Whole(Buffer json) implements Reply {
    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return Envelope.succeed(request.response(), json, clock.instant());
    }
  }

  /**
   * Data that come page by page.
   *
   * @param before what stands before the rows
   * @param after what stands behind them
   * @param headers of the answer
   */
  record Rows(Pages<?> pages, String before, String after, Map<String, String> headers)
      implements Reply {
    public Rows {
      headers = Map.copyOf(headers);
    }

    @Override
    public Future<Void> send(HttpServerRequest request, InstantSource clock) {
      return new PageStream(request, this, clock).send();
    }
  }
}
