package io.muster.api.allsmi;

import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.Query;
import io.muster.api.http.QueryCache;
import io.muster.api.http.ResponseBody;
import io.muster.api.http.SharedBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/** {@code GET /snapshot}: the newest frame as JSON. Confined to one event loop. */
public final class SnapshotEndpoint implements GetEndpoint {
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

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/snapshot", this::handle);
  }

  /**
   * Responds to a failed request in the format of this endpoint: {@code
   * {"error":"...","schema":1}}.
   */
  @Override
  public void sendFailure(RoutingContext routingContext, int status, String message) {
    ResponseBody.endWithJson(
        putHeaders(routingContext.response().setStatusCode(status)),
        Map.of("error", message, "schema", 1));
  }

  /**
   * Returns 200, 400 for a duplicate parameter, 404 for an unknown host, 503 before the first
   * frame.
   */
  private void handle(RoutingContext routingContext) {
    var query = queries.query(routingContext);
    find(query)
        .onSuccess(
            body -> body.end(routingContext.request(), putHeaders(routingContext.response())))
        .onFailure(routingContext::fail);
  }

  /** Returns the body of the response to a query; throws, or fails, as the endpoint does. */
  public Future<Buffer> json(Query query) {
    return find(SnapshotQuery.of(query)).map(SharedBody::toBuffer);
  }

  private Future<SharedBody> find(SnapshotQuery query) {
    var frame = view.currentFrame(query.host()).orElseThrow(() -> noFrame(query.host()));
    // Only for a known host: no collector listens for an unknown name.
    if (query.include().contains(Section.PROCESS)) {
      broadcaster.demandProcesses(query.host());
    }
    return view.isRefreshDue(query.host(), query.include())
        ? refresher
            .refresh(query.host(), query.include())
            .map(
                refreshed ->
                    query.body(
                        view.currentFrame(query.host()).orElseThrow(() -> noFrame(query.host()))))
        : Future.succeededFuture(query.body(frame));
  }

  private static HttpServerResponse putHeaders(HttpServerResponse response) {
    return ResponseBody.putJsonHeaders(response).putHeader(ACCEL_BUFFERING, NO);
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

    SharedBody body(FleetFrame frame) {
      return frame.bytes(include).json(pretty);
    }
  }
}
