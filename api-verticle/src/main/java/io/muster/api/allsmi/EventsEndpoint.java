package io.muster.api.allsmi;

import io.muster.api.content.Gzip;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.Query;
import io.muster.api.http.ResponseBody;
import io.muster.api.limit.OpenCount;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * {@code GET /events}: a server-sent event for each frame, or with {@code view=fleet} for each
 * fleet state.
 */
public final class EventsEndpoint implements GetEndpoint {
  private final StreamSource frames;
  private final StreamSource states;
  private final OpenCount openStreams;
  private final int maxSubscribers;

  /**
   * Creates the endpoint.
   *
   * @param openStreams open streams of the node
   * @param maxSubscribers maximum number of open streams of the node; 0 for no limit
   */
  public EventsEndpoint(
      FrameStreams frames, StateStreams states, OpenCount openStreams, int maxSubscribers) {
    this.frames = frames;
    this.states = states;
    this.openStreams = openStreams;
    this.maxSubscribers = maxSubscribers;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/events", this::handle);
  }

  /**
   * Streams until the client disconnects; 400 for invalid parameters, 404 for an unknown host, 503
   * over the limit.
   */
  private void handle(RoutingContext routingContext) {
    var query = Query.of(routingContext);
    var opener = source(query).prepare(query, routingContext.request());
    var isHead = routingContext.request().method().equals(HttpMethod.HEAD);
    if (!admit(isHead)) {
      rejectOverLimit(routingContext);
      return;
    }
    var response =
        ResponseBody.putNoStore(
                routingContext
                    .response()
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream"))
            .putHeader("X-Accel-Buffering", "no");
    var compressed = Gzip.negotiate(routingContext.request(), response);
    if (isHead) {
      response.end();
      return;
    }
    opener.open(routingContext.request(), compressed);
  }

  private StreamSource source(Query query) {
    var view = query.text("view");
    if (view.isEmpty()) {
      return frames;
    }
    if (!view.get().equals("fleet")) {
      throw new FleetException(Code.INVALID_ARGUMENT, "view: expected fleet");
    }
    return states;
  }

  /** Returns true within the limit; a GET takes the place of its stream. */
  private boolean admit(boolean isHead) {
    return isHead ? !openStreams.isFull(maxSubscribers) : openStreams.tryOpen(maxSubscribers);
  }

  private void rejectOverLimit(RoutingContext routingContext) {
    var message =
        "SSE subscriber cap " + maxSubscribers + " reached; try again later, or on another node";
    ResponseBody.endWithJson(
        routingContext.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "5"),
        Map.of("error", "subscriber_cap_exceeded", "message", message));
  }
}
