package io.muster.api.allsmi;

import io.muster.api.fanout.FanOut;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Body;
import io.muster.api.http.Query;
import io.muster.api.http.RecentQueries;
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

/** {@code GET /snapshot}: the newest frame as JSON. */
public final class SnapshotDoor {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence ACCEL_BUFFERING =
      HttpHeaders.createOptimized("X-Accel-Buffering");
  private static final CharSequence NO = HttpHeaders.createOptimized("no");

  private final FleetView view;
  private final FanOut fanOut;
  private final Refresher refresher;
  private final RecentQueries<Wish> wishes = new RecentQueries<>(Wish::of);

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
    var wish = wishes.of(request);
    var frame = view.show(wish.host()).orElseThrow(() -> nothing(wish.host()));
    // Only after the host is known: nobody listens on behalf of a name that was made up.
    if (wish.include().contains(Section.PROCESS)) {
      fanOut.demandProcesses(wish.host());
    }
    if (view.isWanting(wish.host(), wish.include())) {
      refresher
          .refresh(wish.host(), wish.include())
          .map(refreshed -> view.show(wish.host()).orElseThrow(() -> nothing(wish.host())))
          .onSuccess(fresh -> answer(request, wish, fresh))
          .onFailure(request::fail);
    } else {
      answer(request, wish, frame);
    }
  }

  /** Answers a failed request in this door's form: {@code {"error":"...","schema":1}}. */
  public static void fail(RoutingContext request, int status, String message) {
    var body = WireJson.bytes(Map.of("error", message, "schema", 1));
    Body.end(headers(request.response().setStatusCode(status)), Buffer.buffer(body));
  }

  private static void answer(RoutingContext request, Wish wish, FleetFrame frame) {
    frame
        .bytes(wish.include())
        .json(wish.pretty())
        .end(request.request(), headers(request.response()));
  }

  private static HttpServerResponse headers(HttpServerResponse response) {
    return response
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .putHeader(ACCEL_BUFFERING, NO);
  }

  private static FleetException nothing(Optional<String> host) {
    return host.map(FleetView::neverHeard)
        .orElseGet(() -> new FleetException(Code.UNAVAILABLE, "no frame yet"));
  }

  private record Wish(Optional<String> host, SectionSelection include, boolean pretty) {
    static Wish of(Query query) {
      return new Wish(
          query.host(),
          SectionSelection.parse(query.text("include").orElse("")),
          query.yes("pretty"));
    }
  }
}
