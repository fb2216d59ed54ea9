package io.muster.api;

import io.muster.api.allsmi.EventsEndpoint;
import io.muster.api.allsmi.MetricsEndpoint;
import io.muster.api.allsmi.ReadyEndpoint;
import io.muster.api.allsmi.SnapshotEndpoint;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.HostSelector;
import io.muster.api.http.TokenAuthHandler;
import io.muster.api.listener.Listeners;
import io.muster.api.operations.DiscoveryEndpoint;
import io.muster.api.operations.HealthEndpoint;
import io.muster.api.operations.HostsEndpoint;
import io.muster.api.rest.DocsEndpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.rest.RestServices;
import io.muster.api.socktop.SocktopConfig.Auth;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.socktop.SocktopResponder;
import io.muster.api.usage.UsageEndpoint;
import io.muster.api.websocket.WebSocketServer;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.InspectionService;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The endpoints and listeners of one event loop. Confined to it, except for {@link
 * #boundAddresses}, which any thread may call once they are open.
 */
final class EventLoopServer {
  private final Vertx vertx;
  private final SharedState state;
  private final LoopBroadcaster broadcaster;
  private final WebSocketServer sockets;
  private final Listeners listeners;

  EventLoopServer(Vertx vertx, SharedState state) {
    this.vertx = vertx;
    this.state = state;
    this.broadcaster =
        new LoopBroadcaster(vertx, state.view(), DemandTopic.on(vertx), state.streamMetrics());
    this.sockets = new WebSocketServer(vertx, state.admission());
    this.listeners = new Listeners(vertx, state.listenerState());
  }

  /** Opens every listener on the caller's event loop; other event loops may share its address. */
  Future<Void> open() {
    broadcaster.start();
    sockets.start();
    state.publisher().subscribe(createSubscription(vertx.getOrCreateContext()));
    var endpoints = createEndpoints();
    return listeners
        .open(endpoints.router(vertx, state.cors(), tokenAuthHandler()))
        .compose(opened -> openUnixSocket(endpoints));
  }

  /** Ends every stream gracefully, then closes the listeners. */
  Future<Void> close() {
    broadcaster.close();
    return sockets.close().eventually(listeners::close);
  }

  Map<String, HostPort> boundAddresses() {
    return listeners.boundAddresses();
  }

  /** Serves the socket without a token, since its mode admits only the owner. */
  private Future<Void> openUnixSocket(Endpoints endpoints) {
    return state
        .unixSocket()
        .map(
            socket ->
                listeners.open(socket, endpoints.router(vertx, state.cors(), Optional.empty())))
        .orElseGet(Future::succeededFuture);
  }

  /** Passes frames from the owner context to the given context. */
  private FramePublisher.LoopSubscription createSubscription(Context context) {
    return (scope, frame) -> {
      if (context == Vertx.currentContext()) {
        broadcaster.broadcast(scope, frame);
      } else {
        context.runOnContext(ignored -> broadcaster.broadcast(scope, frame));
      }
    };
  }

  private Optional<TokenAuthHandler> tokenAuthHandler() {
    Predicate<String> handlesUnauthenticated =
        state.config().socktop().auth() == Auth.AGENT
            ? path -> path.equals(Endpoints.SOCKTOP) || path.startsWith(Endpoints.SOCKTOP + "/")
            : path -> false;
    return Optional.of(state.config().token())
        .filter(Secret::isSet)
        .map(token -> new TokenAuthHandler(token, Endpoints.PUBLIC_PATHS, handlesUnauthenticated));
  }

  private Endpoints createEndpoints() {
    var clocks = state.node().clocks();
    var hosts = new HostSelector(state.view(), state.node().hostname());
    return new Endpoints(
        new SnapshotEndpoint(state.view(), broadcaster, state.refresher()),
        new EventsEndpoint(
            state.view(), state.publisher(), broadcaster, clocks, state.config().maxSubscribers()),
        new MetricsEndpoint(state.view(), state.metricsCache(), state.node().hostname()),
        new ReadyEndpoint(state.view()),
        new HealthEndpoint(state.view(), state.node().health()),
        new HostsEndpoint(state.view()),
        new DiscoveryEndpoint(state.view(), Endpoints.HOST_METRICS),
        new RestEndpoint(state.contract(), createServices(), clocks.wallClock()),
        new DocsEndpoint(vertx, state.contract()),
        createSocktopEndpoint(hosts),
        new UsageEndpoint(vertx, clocks, hosts, state.config().usage(), sockets));
  }

  private RestServices createServices() {
    var timeout = state.config().callTimeout();
    return new RestServices(
        BusService.proxy(vertx, Address.REGISTRY, RegistryService.class, timeout),
        BusService.proxy(vertx, Address.HISTORY, HistoryService.class, timeout),
        BusService.proxy(vertx, Address.HEARTBEATS, HeartbeatService.class, timeout));
  }

  private SocktopEndpoint createSocktopEndpoint(HostSelector hosts) {
    BiFunction<String, Duration, InspectionService> collectors =
        (host, timeout) ->
            BusService.proxy(vertx, Address.collector(host), InspectionService.class, timeout);
    var responder =
        new SocktopResponder(state.config().socktop(), hosts, state.node().clocks(), collectors);
    return new SocktopEndpoint(state.config().socktop(), hosts, responder, sockets);
  }
}
