package io.muster.api.allsmi;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameHub;
import io.muster.api.http.Query;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.Include;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;

/** {@code GET /events}: a server-sent event for each frame. */
public final class EventsDoor {
  private static final long MAX_SECONDS = 86_400;
  private static final long HEARTBEAT_SECONDS = 30;

  private final FleetView view;
  private final FrameHub hub;
  private final Clocks clocks;
  private final int maxSubscribers;

  /**
   * A door.
   *
   * @param maxSubscribers open streams at most; 0 for no limit
   */
  public EventsDoor(FleetView view, FrameHub hub, Clocks clocks, int maxSubscribers) {
    this.view = view;
    this.hub = hub;
    this.clocks = clocks;
    this.maxSubscribers = maxSubscribers;
  }

  /**
   * Streams until the client leaves; 400 for bad parameters, 404 for an unknown host, 503 over the
   * cap.
   */
  public void handle(RoutingContext request) {
    var wish = wish(new Query(request.queryParams()));
    if (maxSubscribers > 0 && hub.size() >= maxSubscribers) {
      refuse(request);
      return;
    }
    var response =
        request
            .response()
            .setChunked(true)
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("X-Accel-Buffering", "no");
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.end();
      return;
    }
    var stream = new EventStream(response, wish, clocks.nanos());
    response.drainHandler(drained -> hub.resume(stream));
    response.closeHandler(closed -> hub.unsubscribe(stream));
    // The head goes out now, so that the client knows at once; a failed write is reported by the
    // close handler.
    response.writeHead();
    hub.subscribe(stream);
  }

  private EventStream.Wish wish(Query query) {
    var host = query.host();
    var include = Include.parse(query.text("include").orElse(""));
    var throttle = query.wholeNumber("throttle", 0);
    var heartbeat = query.wholeNumber("heartbeat", 0);
    if (host.isPresent() && view.newest(host.get()).isEmpty()) {
      throw new FleetException(Code.HOST_UNKNOWN, "host " + host.get() + " was never heard");
    }
    return new EventStream.Wish(
        host,
        include,
        Duration.ofSeconds(clamp(throttle)),
        Duration.ofSeconds(heartbeat == 0 ? HEARTBEAT_SECONDS : clamp(heartbeat)));
  }

  private static long clamp(long seconds) {
    return Long.compareUnsigned(seconds, MAX_SECONDS) > 0 ? MAX_SECONDS : seconds;
  }

  private void refuse(RoutingContext request) {
    var message =
        "SSE subscriber cap " + maxSubscribers + " reached; try again later, or on another node";
    request
        .response()
        .setStatusCode(503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.RETRY_AFTER, "5")
        .end(
            Buffer.buffer(
                WireJson.bytes(Map.of("error", "subscriber_cap_exceeded", "message", message))));
  }
}
