package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.ResponseBody;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /-/ready}: 503 until the first frame arrives, 200 from then on. */
public final class ReadyEndpoint {
  private final FleetView view;

  public ReadyEndpoint(FleetView view) {
    this.view = view;
  }

  public void handle(RoutingContext routingContext) {
    var response =
        routingContext
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (!view.isReady()) {
      ResponseBody.end(
          response.setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1"),
          "all-smi is not ready: no collection cycle has completed yet.\n");
    } else {
      ResponseBody.end(response, "all-smi is ready.\n");
    }
  }
}
