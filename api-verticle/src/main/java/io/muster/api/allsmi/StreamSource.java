package io.muster.api.allsmi;

import io.muster.api.http.Query;
import io.vertx.core.http.HttpServerRequest;

/** The source of one kind of streams of {@code /events}. */
interface StreamSource {
  /**
   * Validates the parameters of a request. Throws {@code INVALID_ARGUMENT}, or {@code
   * HOST_UNKNOWN}.
   */
  StreamOpener prepare(Query query, HttpServerRequest request);

  /** Opens the stream of a request that was admitted. */
  interface StreamOpener {
    /**
     * Opens the stream, whose place in the number of open streams is taken already.
     *
     * @param compressed true if the stream is a gzip stream
     */
    void open(HttpServerRequest request, boolean compressed);
  }
}
