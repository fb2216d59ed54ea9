package io.muster.api;

import io.muster.api.event.EventBroadcaster;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.state.StateBroadcaster;
import io.muster.bus.DemandTopic;
import io.vertx.core.Vertx;

/** The broadcasters of one event loop. Confined to it. */
record LoopBroadcasters(LoopBroadcaster frames, StateBroadcaster states, EventBroadcaster events) {
  static LoopBroadcasters create(Vertx vertx, SharedState.SharedFleet fleet) {
    var frames =
        new LoopBroadcaster(vertx, fleet.view(), DemandTopic.on(vertx), fleet.streamMetrics());
    return new LoopBroadcasters(
        frames,
        new StateBroadcaster(vertx, fleet.states(), frames.buffers(), fleet.stateMetrics()),
        new EventBroadcaster(vertx, fleet.events().feed()));
  }

  /** Starts them on the caller's context. */
  void start() {
    frames.start();
    states.start();
    events.start();
  }

  /** Ends every stream. */
  void close() {
    frames.close();
    states.close();
  }
}
