package io.muster.api.allsmi;

import io.muster.api.fanout.FanOut;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Body;
import io.muster.api.http.Query;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.frame.Include;
import io.muster.schema.frame.Section;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code GET /snapshot}: the newest frame as JSON. */
public final class SnapshotDoor {
  private static final Set<String> PRETTY = Set.of("1", "true", "yes");

  private final FleetView view;
  private final FanOut fanOut;
  private final Refresher refresher;

  public SnapshotDoor(FleetView view, FanOut fanOut, Refresher refresher) {
    this.view = view;
    this.fanOut = fanOut;
    this.refresher = refresher;
  }

  /**
   * Answers 200, 400 for a parameter that stands twice, 404 for an unknown host, 503 before the
   * first frame.
   */
  public void handle(RoutingContext request) {
    var query = new Query(request.queryParams());
    var host = query.host();
    var include = Include.parse(query.text("include").orElse(""));
    var pretty = query.text("pretty").map(PRETTY::contains).orElse(false);
    if (view.show(host).isEmpty()) {
      throw nothing(host);
    }
    // Only after the host is known: nobody listens on behalf of a name that was made up.
    if (include.contains(Section.PROCESS)) {
      fanOut.demandProcesses(host);
    }
    refresher
        .refresh(host, include)
        .map(refreshed -> view.show(host).orElseThrow(() -> nothing(host)))
        .onSuccess(
            frame ->
                frame
                    .bytes(include)
                    .json(pretty)
                    .end(request.request(), headers(request.response())))
        .onFailure(request::fail);
  }

  /** Answers a failed request in this door's form: {@code {"error":"...","schema":1}}. */
  public static void fail(RoutingContext request, int status, String message) {
    var body = WireJson.bytes(Map.of("error", message, "schema", 1));
    Body.end(headers(request.response().setStatusCode(status)), Buffer.buffer(body));
  }

  private static HttpServerResponse headers(HttpServerResponse response) {
    return response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Accel-Buffering", "no");
  }

  private static FleetException nothing(Optional<String> host) {
    return host.map(
            name -> new FleetException(Code.HOST_UNKNOWN, "host " + name + " was never heard"))
        .orElseGet(() -> new FleetException(Code.UNAVAILABLE, "no frame yet"));
  }
}
