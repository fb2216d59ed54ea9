package io.muster.api.allsmi;

import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Query;
import io.muster.api.http.QueryCache;
import io.muster.api.http.ResponseBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/** {@code GET /snapshot}: the newest frame as JSON. Confined to one event loop. */
public final class SnapshotEndpoint {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence ACCEL_BUFFERING =
      HttpHeaders.createOptimized("X-Accel-Buffering");
  private static final CharSequence NO = HttpHeaders.createOptimized("no");

  private final FleetView view;
  private final LoopBroadcaster broadcaster;
  private final Refresher refresher;
  private final QueryCache<SnapshotQuery> queries = new QueryCache<>(SnapshotQuery::of);

  public SnapshotEndpoint(FleetView view, LoopBroadcaster broadcaster, Refresher refresher) {
    this.view = view;
    this.broadcaster = broadcaster;
    this.refresher = refresher;
  }

  /**
   * Returns 200, 400 for a duplicate parameter, 404 for an unknown host, 503 before the first
   * frame.
   */
  public void handle(RoutingContext routingContext) {
    var query = queries.query(routingContext);
    var frame = view.currentFrame(query.host()).orElseThrow(() -> noFrame(query.host()));
    // Only for a known host: no collector listens for an unknown name.
    if (query.include().contains(Section.PROCESS)) {
      broadcaster.demandProcesses(query.host());
    }
    if (view.isRefreshDue(query.host(), query.include())) {
      refresher
          .refresh(query.host(), query.include())
          .map(
              refreshed -> view.currentFrame(query.host()).orElseThrow(() -> noFrame(query.host())))
          .onSuccess(fresh -> respond(routingContext, query, fresh))
          .onFailure(routingContext::fail);
    } else {
      respond(routingContext, query, frame);
    }
  }

  /**
   * Responds to a failed request in the format of this endpoint: {@code
   * {"error":"...","schema":1}}.
   */
  public static void fail(RoutingContext routingContext, int status, String message) {
    var body = WireJson.bytes(Map.of("error", message, "schema", 1));
    ResponseBody.end(headers(routingContext.response().setStatusCode(status)), Buffer.buffer(body));
  }

  private static void respond(
      RoutingContext routingContext, SnapshotQuery query, FleetFrame frame) {
    frame
        .bytes(query.include())
        .json(query.pretty())
        .end(routingContext.request(), headers(routingContext.response()));
  }

  private static HttpServerResponse headers(HttpServerResponse response) {
    return response
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .putHeader(ACCEL_BUFFERING, NO);
  }

  private static FleetException noFrame(Optional<String> host) {
    return host.map(FleetView::unknownHost)
        .orElseGet(() -> new FleetException(Code.UNAVAILABLE, "no frame yet"));
  }

  private record SnapshotQuery(Optional<String> host, SectionSelection include, boolean pretty) {
    static SnapshotQuery of(Query query) {
      return new SnapshotQuery(
          query.host(),
          SectionSelection.parse(query.text("include").orElse("")),
          query.isTrue("pretty"));
    }
  }
}
