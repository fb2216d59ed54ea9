package io.muster.api.allsmi;

import io.muster.api.content.Gzip;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.Query;
import io.muster.api.http.ResponseBody;
import io.muster.api.stream.ChannelStreamWriter;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Handler;
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
public final class EventsEndpoint implements GetEndpoint {
  private static final long MAX_SECONDS = 86_400;
  private static final long DEFAULT_KEEP_ALIVE_SECONDS = 30;

  private final FleetView view;
  private final FramePublisher publisher;
  private final LoopBroadcaster broadcaster;
  private final Clocks clocks;
  private final int maxSubscribers;

  /**
   * Creates the endpoint.
   *
   * @param maxSubscribers maximum number of open streams of the node; 0 for no limit
   */
  public EventsEndpoint(
      FleetView view,
      FramePublisher publisher,
      LoopBroadcaster broadcaster,
      Clocks clocks,
      int maxSubscribers) {
    this.view = view;
    this.publisher = publisher;
    this.broadcaster = broadcaster;
    this.clocks = clocks;
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
    var options = parseOptions(Query.of(routingContext), routingContext.request());
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
    openStream(routingContext.request(), options, compressed);
  }

  /** Returns true within the limit; a GET takes the place of its stream. */
  private boolean admit(boolean isHead) {
    var openStreams = broadcaster.metrics().openStreams();
    return isHead ? !openStreams.isFull(maxSubscribers) : openStreams.tryOpen(maxSubscribers);
  }

  private void openStream(
      HttpServerRequest request, EventStream.StreamOptions options, boolean compressed) {
    var writer = ChannelStreamWriter.open(request, broadcaster.buffers(), compressed);
    var stream = new EventStream(writer, options, clocks.nanoTime(), broadcaster.metrics());
    var mailbox = broadcaster.subscribe(stream);
    writer.onDrain(() -> broadcaster.resume(mailbox));
    if (request.response().ended()) {
      return; // The node is stopping.
    }
    request.response().closeHandler(closed -> broadcaster.unsubscribe(mailbox));
    // Never fails: it only reads memory.
    options
        .lastEventAt()
        .map(instant -> publisher.replay(options.host(), instant))
        .ifPresent(
            replay ->
                replay.onSuccess(
                    missed -> stream.resume(missed, view.currentFrame(options.host()), mailbox)));
  }

  private EventStream.StreamOptions parseOptions(Query query, HttpServerRequest request) {
    var host = query.host();
    var include = SectionSelection.parse(query.text("include").orElse(""));
    var throttle = query.wholeNumber("throttle", 0);
    var keepAlive = query.wholeNumber("heartbeat", 0);
    var replay = query.isTrue("replay");
    if (host.isPresent() && view.newestFrame(host.get()).isEmpty()) {
      throw FleetView.unknownHost(host.get());
    }
    return new EventStream.StreamOptions(
        host,
        include,
        Duration.ofSeconds(clamp(throttle)),
        Duration.ofSeconds(keepAlive == 0 ? DEFAULT_KEEP_ALIVE_SECONDS : clamp(keepAlive)),
        replay ? EventIdFormat.INSTANT : EventIdFormat.TIMESTAMP,
        replay ? lastEventAt(request) : Optional.empty());
  }

  /**
   * The instant of the last frame that the client received; the epoch if the id is not an instant.
   */
  private static Optional<Instant> lastEventAt(HttpServerRequest request) {
    try {
      return Optional.ofNullable(request.getHeader("Last-Event-ID")).map(Instant::parse);
    } catch (DateTimeParseException foreignId) {
      return Optional.of(Instant.EPOCH);
    }
  }

  private static long clamp(long seconds) {
    return Long.compareUnsigned(seconds, MAX_SECONDS) > 0 ? MAX_SECONDS : seconds;
  }

  private void rejectOverLimit(RoutingContext routingContext) {
    var message =
        "SSE subscriber cap " + maxSubscribers + " reached; try again later, or on another node";
    ResponseBody.endWithJson(
        routingContext.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "5"),
        Map.of("error", "subscriber_cap_exceeded", "message", message));
  }
}
