package io.muster.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fleet.FleetView;
import io.muster.api.listener.ConnectionCounters;
import io.muster.api.listener.ConnectionCounters.DisconnectReason;
import io.muster.api.websocket.WebSocketCounters;
import io.muster.api.websocket.WebSocketCounters.WebSocketRejectionReason;
import io.muster.bus.FrameTopic;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Registers the metrics of the api role, {@code muster_api_*} in {@code /metrics}. */
final class ApiMetrics {
  private static final String PREFIX = "muster.api.";

  private final MeterRegistry meters;

  private ApiMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  static void bind(SharedState state, FrameTopic topic) {
    var metrics = new ApiMetrics(state.node().meterRegistry());
    metrics.registerFrames(topic, state.view());
    metrics.registerStreams(state.counters());
    metrics.registerWebSockets(state.admission().counters());
    metrics.registerConnections(state.listenerState().counters());
  }

  /** Registers the counters of frames: received = malformed + superseded + accepted. */
  private void registerFrames(FrameTopic topic, FleetView view) {
    registerCounter(
        "frames.received",
        "Frames received from the event bus",
        topic,
        FrameTopic::receivedMessages);
    registerCounter(
        "frames.malformed",
        "Frames received from the event bus that cannot be decoded",
        topic,
        FrameTopic::malformedMessages);
    registerCounter(
        "frames.superseded",
        "Frames dropped because they arrived late, twice or out of order",
        view,
        FleetView::supersededFrames);
    registerCounter(
        "frames.accepted", "Frames accepted into the fleet view", view, FleetView::acceptedFrames);
    registerGauge(
        "hosts", "Known hosts, including silent ones", view, source -> source.hosts().size());
  }

  /**
   * Registers the counters of streams: offered = delivered + throttled + dropped + held, where held
   * frames are queued in mailboxes.
   */
  private void registerStreams(StreamCounters streams) {
    registerGauge("subscribers", "Open event streams", streams, StreamCounters::openSubscribers);
    registerCounter(
        "events.offered",
        "Frames offered to the subscribers of /events",
        streams,
        StreamCounters::offeredFrames);
    registerCounter(
        "events.delivered",
        "Frames written to subscribers",
        streams,
        StreamCounters::deliveredFrames);
    registerCounter(
        "events.throttled",
        "Frames skipped by the throttle of subscribers",
        streams,
        StreamCounters::throttledFrames);
    registerCounter(
        "events.dropped",
        "Frames lost by slow or disconnected subscribers",
        streams,
        StreamCounters::droppedFrames);
    registerGauge(
        "events.held", "Frames waiting in mailboxes", streams, StreamCounters::queuedFrames);
    registerCounter(
        "events.written.bytes",
        "Bytes written to subscribers",
        streams,
        StreamCounters::writtenBytes);
  }

  /** Registers the counters of WebSockets: opened = open + closed. */
  private void registerWebSockets(WebSocketCounters sockets) {
    registerGauge(
        "websockets", "Open WebSockets", sockets, source -> source.opened() - source.closed());
    registerCounter(
        "websockets.opened", "WebSockets opened by clients", sockets, WebSocketCounters::opened);
    registerCounter(
        "websockets.closed",
        "WebSockets closed, for any reason",
        sockets,
        WebSocketCounters::closed);
    registerCounter(
        "websocket.messages.received",
        "Messages received from WebSocket clients",
        sockets,
        WebSocketCounters::received);
    registerCounter(
        "websocket.messages.sent",
        "Messages sent to WebSocket clients",
        sockets,
        WebSocketCounters::sent);
    for (var reason : WebSocketRejectionReason.values()) {
      FunctionCounter.builder(
              PREFIX + "websockets.refused", sockets, source -> source.rejected(reason))
          .description("WebSocket handshakes rejected and WebSockets closed, by reason")
          .tag("reason", reason.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
  }

  private void registerConnections(ConnectionCounters connections) {
    registerGauge(
        "connections", "Open client connections", connections, ConnectionCounters::openConnections);
    for (var reason : DisconnectReason.values()) {
      FunctionCounter.builder(
              PREFIX + "connections.refused", connections, source -> source.rejections(reason))
          .description("Client connections rejected or closed, by reason")
          .tag("reason", reason.wireName())
          .register(meters);
    }
  }

  private <T> void registerCounter(String name, String help, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(PREFIX + name, source, value).description(help).register(meters);
  }

  private <T> void registerGauge(String name, String help, T source, ToDoubleFunction<T> value) {
    Gauge.builder(PREFIX + name, source, value).description(help).register(meters);
  }
}
