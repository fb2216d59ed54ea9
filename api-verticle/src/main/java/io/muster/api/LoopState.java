package io.muster.api;

import io.muster.api.bridge.BridgeLoop;
import io.muster.api.event.EventBroadcaster;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.state.FleetState;
import io.muster.api.state.StateBroadcaster;
import io.muster.api.websocket.WebSocketServer;
import io.muster.bus.DemandTopic;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * The objects of one event loop. Confined to it.
 *
 * @param frames delivers frames to the subscribers of {@code /events}
 * @param states delivers the fleet state to its subscribers
 * @param events delivers fleet events to their subscribers
 * @param bridge sessions of the event-bus bridge
 * @param webSockets WebSockets of all endpoints
 */
record LoopState(
    Vertx vertx,
    LoopBroadcaster frames,
    StateBroadcaster states,
    EventBroadcaster events,
    BridgeLoop bridge,
    WebSocketServer webSockets) {

  static LoopState create(Vertx vertx, SharedState shared) {
    var fleet = shared.fleet();
    var frames =
        new LoopBroadcaster(vertx, fleet.view(), DemandTopic.on(vertx), fleet.streamMetrics());
    var states =
        new StateBroadcaster(vertx, fleet.states(), frames.buffers(), fleet.stateMetrics());
    var events = fleet.events().feed().createBroadcaster();
    var bridge =
        new BridgeLoop(
            vertx,
            shared.config().webSockets().bridge(),
            shared.bridge().metrics(),
            Endpoints.createAddresses(shared, states, events),
            shared.node().clocks().nanoTime());
    return new LoopState(
        vertx,
        frames,
        states,
        events,
        bridge,
        new WebSocketServer(vertx, shared.listeners().admission()));
  }

  /** Starts the timers, on the caller's context. */
  void start() {
    frames.start();
    states.start();
    bridge.start();
    webSockets.start();
  }

  /** Delivers a new frame to the subscribers of the scope. */
  void broadcast(Optional<String> scope, FleetFrame frame) {
    frames.broadcast(scope, frame);
    bridge.broadcast(scope, frame);
  }

  /** Delivers a new fleet state to its subscribers. */
  void broadcast(FleetState state) {
    states.broadcast(state);
    bridge.broadcast(state);
  }

  /** Ends every stream and session gracefully. */
  Future<Void> close() {
    frames.close();
    bridge.close();
    states.close();
    return webSockets.close();
  }
}
