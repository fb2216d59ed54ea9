package io.muster.api.allsmi;

import io.muster.api.fanout.FanOut;
import io.muster.api.fanout.FrameHub;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameBytes.EventId;
import io.muster.api.http.AcceptEncoding;
import io.muster.api.http.Query;
import io.muster.api.stream.ChannelOutlet;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.SectionSelection;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** {@code GET /events}: a server-sent event for each frame. */
public final class EventsDoor {
  private static final long MAX_SECONDS = 86_400;
  private static final long HEARTBEAT_SECONDS = 30;

  private final FleetView view;
  private final FrameHub hub;
  private final FanOut fanOut;
  private final Clocks clocks;
  private final int maxSubscribers;

  /**
   * A door.
   *
   * @param maxSubscribers open streams of the node at most; 0 for no limit
   */
  public EventsDoor(
      FleetView view, FrameHub hub, FanOut fanOut, Clocks clocks, int maxSubscribers) {
    this.view = view;
    this.hub = hub;
    this.fanOut = fanOut;
    this.clocks = clocks;
    this.maxSubscribers = maxSubscribers;
  }

  /**
   * Streams until the client leaves; 400 for bad parameters, 404 for an unknown host, 503 over the
   * cap.
   */
  public void handle(RoutingContext request) {
    var wish = wish(new Query(request.queryParams()), request.request());
    if (maxSubscribers > 0 && fanOut.counters().openSubscribers() >= maxSubscribers) {
      refuse(request);
      return;
    }
    var compressed = AcceptEncoding.takesGzip(request.request());
    var response =
        request
            .response()
            .setChunked(true)
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .putHeader("X-Accel-Buffering", "no");
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (compressed) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.end();
      return;
    }
    stream(request.request(), wish, compressed);
  }

  private void stream(HttpServerRequest request, EventStream.Wish wish, boolean compressed) {
    var outlet = ChannelOutlet.open(request, fanOut.staging(), compressed);
    var stream = new EventStream(outlet, wish, clocks.nanoTime(), fanOut.counters());
    var mailbox = fanOut.subscribe(stream);
    outlet.onDrain(() -> fanOut.resume(mailbox));
    if (request.response().ended()) {
      return; // The node stops.
    }
    request.response().closeHandler(closed -> fanOut.unsubscribe(mailbox));
    // Never fails: it is a look into memory.
    wish.after()
        .map(instant -> hub.replay(wish.host(), instant))
        .ifPresent(
            replay ->
                replay.onSuccess(missed -> stream.resume(missed, view.show(wish.host()), mailbox)));
  }

  private EventStream.Wish wish(Query query, HttpServerRequest request) {
    var host = query.host();
    var include = SectionSelection.parse(query.text("include").orElse(""));
    var throttle = query.wholeNumber("throttle", 0);
    var heartbeat = query.wholeNumber("heartbeat", 0);
    var replays = query.yes("replay");
    if (host.isPresent() && view.newest(host.get()).isEmpty()) {
      throw FleetView.neverHeard(host.get());
    }
    return new EventStream.Wish(
        host,
        include,
        Duration.ofSeconds(clamp(throttle)),
        Duration.ofSeconds(heartbeat == 0 ? HEARTBEAT_SECONDS : clamp(heartbeat)),
        replays ? EventId.INSTANT : EventId.TIMESTAMP,
        replays ? lastEvent(request) : Optional.empty());
  }

  /** The last frame that the client has; one that is not of ours lies before all that we know. */
  private static Optional<Instant> lastEvent(HttpServerRequest request) {
    try {
      return Optional.ofNullable(request.getHeader("Last-Event-ID")).map(Instant::parse);
    } catch (DateTimeParseException notOurs) {
      return Optional.of(Instant.EPOCH);
    }
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
