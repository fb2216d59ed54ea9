package io.muster.api;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fleet.FleetView;
import io.muster.api.listener.ConnectionCounters;
import io.muster.api.listener.ConnectionCounters.Reason;
import io.muster.api.websocket.SocketCounters;
import io.muster.api.websocket.SocketCounters.Refused;
import io.muster.bus.FrameTopic;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What the api role counts of itself, as {@code muster_api_*} in {@code /metrics}. */
final class ApiMeters {
  private static final String PREFIX = "muster.api.";

  private final MeterRegistry meters;

  private ApiMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  static void bind(Core core, FrameTopic topic) {
    var meters = new ApiMeters(core.node().meterRegistry());
    meters.frames(topic, core.view());
    meters.streams(core.counters());
    meters.sockets(core.admission().counters());
    meters.connections(core.entrance().counters());
  }

  /** received = malformed + superseded + accepted. */
  private void frames(FrameTopic topic, FleetView view) {
    count("frames.received", "Frames from the bus", topic, FrameTopic::receivedCount);
    count("frames.malformed", "Frames that no codec reads", topic, FrameTopic::malformedCount);
    count(
        "frames.superseded",
        "Frames that came late, twice or out of order",
        view,
        FleetView::superseded);
    count("frames.accepted", "Frames taken in", view, FleetView::accepted);
    gauge("hosts", "Hosts that are known, silent ones included", view, seen -> seen.hosts().size());
  }

  /** offered = delivered + throttled + dropped + held. */
  private void streams(StreamCounters streams) {
    gauge("subscribers", "Open streams", streams, StreamCounters::openSubscribers);
    count("events.offered", "Frames for subscribers", streams, StreamCounters::offeredFrames);
    count(
        "events.delivered",
        "Frames written to subscribers",
        streams,
        StreamCounters::deliveredFrames);
    count(
        "events.throttled",
        "Frames that subscribers did not want",
        streams,
        StreamCounters::throttledFrames);
    count(
        "events.dropped",
        "Frames that subscribers lost because they were slow, or had left",
        streams,
        StreamCounters::droppedFrames);
    gauge("events.held", "Frames that wait for subscribers", streams, StreamCounters::heldFrames);
    count(
        "events.written.bytes",
        "Bytes written to subscribers",
        streams,
        StreamCounters::writtenBytes);
  }

  /** opened = open + closed. */
  private void sockets(SocketCounters sockets) {
    gauge("websockets", "Open WebSockets", sockets, counted -> counted.opened() - counted.closed());
    count("websockets.opened", "WebSockets opened", sockets, SocketCounters::opened);
    count("websockets.closed", "WebSockets ended", sockets, SocketCounters::closed);
    count(
        "websocket.messages.received",
        "Messages from clients of WebSockets",
        sockets,
        SocketCounters::received);
    count("websocket.messages.sent", "Messages to them", sockets, SocketCounters::sent);
    for (var reason : Refused.values()) {
      FunctionCounter.builder(
              PREFIX + "websockets.refused", sockets, counted -> counted.refused(reason))
          .description("Handshakes refused and WebSockets ended, by the rule that was broken")
          .tag("reason", reason.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
  }

  private void connections(ConnectionCounters connections) {
    gauge("connections", "Open connections", connections, ConnectionCounters::open);
    for (var reason : Reason.values()) {
      FunctionCounter.builder(
              PREFIX + "connections.refused", connections, counted -> counted.refused(reason))
          .description("Connections that were refused or cut off")
          .tag("reason", reason.wireName())
          .register(meters);
    }
  }

  private <T> void count(String name, String help, T counted, ToDoubleFunction<T> count) {
    FunctionCounter.builder(PREFIX + name, counted, count).description(help).register(meters);
  }

  private <T> void gauge(String name, String help, T counted, ToDoubleFunction<T> level) {
    Gauge.builder(PREFIX + name, counted, level).description(help).register(meters);
  }
}
