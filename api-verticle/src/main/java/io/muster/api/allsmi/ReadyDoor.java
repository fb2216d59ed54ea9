package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.Body;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /-/ready}: 503 until the first frame came, then 200 for good. */
public final class ReadyDoor {
  private final FleetView view;

  public ReadyDoor(FleetView view) {
    this.view = view;
  }

  public void handle(RoutingContext request) {
    var response =
        request
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (!view.isReady()) {
      Body.end(
          response.setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1"),
          "all-smi is not ready: no collection cycle has completed yet.\n");
    } else {
      Body.end(response, "all-smi is ready.\n");
    }
  }
}
