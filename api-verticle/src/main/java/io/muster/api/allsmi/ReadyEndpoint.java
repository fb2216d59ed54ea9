package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.ResponseBody;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** {@code GET /-/ready}: 503 until the first frame arrives, 200 from then on. */
public final class ReadyEndpoint implements GetEndpoint {
  private final FleetView view;

  public ReadyEndpoint(FleetView view) {
    this.view = view;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/-/ready", this::handle);
  }

  @Override
  public boolean isPublic() {
    return true;
  }

  private void handle(RoutingContext routingContext) {
    var response = ResponseBody.putNoStore(routingContext.response());
    if (!view.isReady()) {
      ResponseBody.endWithText(
          response.setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1"),
          "all-smi is not ready: no collection cycle has completed yet.\n");
    } else {
      ResponseBody.endWithText(response, "all-smi is ready.\n");
    }
  }
}
