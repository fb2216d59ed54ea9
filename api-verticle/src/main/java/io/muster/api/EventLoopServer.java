package io.muster.api;

import io.muster.api.fleet.FleetContext;
import io.muster.api.http.EndpointRouter;
import io.muster.api.listener.Listeners;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/**
 * The endpoints and listeners of one event loop. Confined to it, except for {@link
 * #boundAddresses}, which any thread may call once they are open.
 */
final class EventLoopServer {
  private final Vertx vertx;
  private final SharedState state;
  private final LoopState loop;
  private final Listeners listeners;

  EventLoopServer(Vertx vertx, SharedState state) {
    this.vertx = vertx;
    this.state = state;
    this.loop = LoopState.create(vertx, state);
    this.listeners = new Listeners(vertx, state.listeners().options());
  }

  /** Opens every listener on the caller's event loop; other event loops may share its address. */
  Future<Void> open(Map<String, HostPort> addresses) {
    loop.start();
    subscribe(vertx.getOrCreateContext());
    var router = new EndpointRouter(Endpoints.create(state, loop));
    return listeners
        .open(addresses, router.create(vertx, state.accessRules()))
        .compose(opened -> openUnixSocket(router));
  }

  /** Ends every stream gracefully, then closes the listeners. */
  Future<Void> close() {
    return loop.close().eventually(listeners::close);
  }

  Map<String, HostPort> boundAddresses() {
    return listeners.boundAddresses();
  }

  /** Serves the socket without a token, since its mode admits only the owner. */
  private Future<Void> openUnixSocket(EndpointRouter router) {
    return state
        .listeners()
        .unixSocket()
        .map(
            socket ->
                listeners.open(socket, router.create(vertx, state.accessRules().forUnixSocket())))
        .orElseGet(Future::succeededFuture);
  }

  /**
   * Passes frames, fleet states and fleet events from the owner context to the given context, in
   * order, also with the results of {@link FleetContext#call}: through the queue of its event loop,
   * even where that is the caller's.
   */
  private void subscribe(Context context) {
    var fleet = state.fleet();
    fleet
        .publisher()
        .subscribe((scope, frame) -> context.runOnContext(queued -> loop.broadcast(scope, frame)));
    fleet.states().subscribe(current -> context.runOnContext(queued -> loop.broadcast(current)));
    fleet
        .events()
        .feed()
        .subscribe(event -> context.runOnContext(queued -> loop.events().broadcast(event)));
  }
}
