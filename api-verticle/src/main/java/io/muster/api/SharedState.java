package io.muster.api;

import io.muster.api.allsmi.MetricsCache;
import io.muster.api.bridge.BridgeMetrics;
import io.muster.api.bridge.SockJsSessions;
import io.muster.api.event.FleetEvents;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.ReplayRing;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.AccessRules;
import io.muster.api.http.GuessLimit;
import io.muster.api.http.OwnNames;
import io.muster.api.http.PageOrigins;
import io.muster.api.http.TokenAuth;
import io.muster.api.listener.ConnectionMetrics;
import io.muster.api.listener.ListenerOptions;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.state.FleetStatePublisher;
import io.muster.api.state.MaintenanceReader;
import io.muster.api.state.StateMetrics;
import io.muster.api.tls.ServerIdentity;
import io.muster.api.websocket.WebSocketAdmission;
import io.muster.api.websocket.WebSocketMetrics;
import io.muster.bus.Address;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.RegistryService;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The objects that the event loops of the api role share.
 *
 * @param meters creates the metrics of the role
 * @param contract OpenAPI document of the REST interface
 * @param accessRules rules by which the TCP listeners admit requests
 */
record SharedState(
    ApiConfig config,
    Node node,
    MeterFactory meters,
    RestContract contract,
    AccessRules accessRules,
    SharedFleet fleet,
    SharedListeners listeners,
    SharedBridge bridge) {

  /** Creates the objects; the caller's context becomes the owner context of the fleet view. */
  static SharedState create(
      Vertx vertx,
      ApiConfig config,
      Node node,
      RestContract contract,
      Optional<Supplier<ServerIdentity>> identity) {
    var meters = new MeterFactory(node.meterRegistry(), "muster.api.");
    var options =
        ListenerOptions.create(config.listen(), identity, ConnectionMetrics.create(meters));
    var fleet = SharedFleet.create(vertx, config, node, meters);
    var access = config.access();
    var origins = PageOrigins.of(access);
    var ownNames =
        OwnNames.of(node.hostname(), access.hosts(), name -> fleet.view().hosts().contains(name));
    return new SharedState(
        config,
        node,
        meters,
        contract,
        AccessRules.create(
            new TokenAuth(access.token(), new GuessLimit(access, node.clocks().nanoTime(), meters)),
            origins,
            ownNames,
            meters),
        fleet,
        new SharedListeners(
            options,
            config.listen().unixSocket().map(path -> new UnixSocket(vertx, path)),
            createAdmission(config, node, origins, meters)),
        new SharedBridge(BridgeMetrics.create(meters), new SockJsSessions()));
  }

  private static WebSocketAdmission createAdmission(
      ApiConfig config, Node node, PageOrigins origins, MeterFactory meters) {
    return new WebSocketAdmission(
        config.webSockets().limits(),
        origins,
        config.access().trustedProxies()::limitKey,
        node.clocks().nanoTime(),
        WebSocketMetrics.create(meters));
  }

  /**
   * The frames of the fleet and their delivery.
   *
   * @param view latest frame of each host
   * @param publisher publishes new frames to the event loops
   * @param refresher requests fresh frames from collectors
   * @param metricsCache rendered bodies of {@code /metrics}
   * @param streamMetrics metrics of the event streams of all event loops
   * @param states publishes the fleet state to the event loops
   * @param maintenance reads which hosts are under maintenance
   * @param stateMetrics metrics of the subscribers of the fleet state
   * @param events detects and delivers fleet events
   */
  record SharedFleet(
      FleetView view,
      FramePublisher publisher,
      Refresher refresher,
      MetricsCache metricsCache,
      StreamMetrics streamMetrics,
      FleetStatePublisher states,
      MaintenanceReader maintenance,
      StateMetrics stateMetrics,
      FleetEvents events) {

    private static SharedFleet create(
        Vertx vertx, ApiConfig config, Node node, MeterFactory meters) {
      var context = new FleetContext(vertx);
      var nanoTime = node.clocks().nanoTime();
      var view = new FleetView(node.fleetName(), config.fleet(), nanoTime, meters);
      var states = FleetStatePublisher.create(view, node.clocks().wallClock());
      var registry =
          node.services().proxy(Address.REGISTRY, RegistryService.class, config.callTimeout());
      var replayRing = new ReplayRing(config.streams().replayMaxBytes());
      return new SharedFleet(
          view,
          new FramePublisher(context, view, replayRing, config.forgetAfter()),
          new Refresher(context, view, node.services(), nanoTime),
          new MetricsCache(context, view, node, config.metricsMaxAge()),
          StreamMetrics.create(meters),
          states,
          new MaintenanceReader(registry, states::setMaintenance),
          StateMetrics.create(meters),
          FleetEvents.create(states, node, config.callTimeout(), meters));
    }

    /** Starts the publishers, on the owner context; completes when fleet events arrive. */
    Future<?> start(Vertx vertx) {
      publisher.start();
      publisher.subscribe(states);
      states.start(vertx);
      maintenance.start(vertx);
      return events.start(vertx);
    }

    void close(Vertx vertx) {
      publisher.close();
      states.close(vertx);
      maintenance.close(vertx);
      events.close(vertx);
    }
  }

  /**
   * The event-bus bridge.
   *
   * @param sessions sessions without WebSockets
   */
  record SharedBridge(BridgeMetrics metrics, SockJsSessions sessions) {}

  /**
   * The connections of clients.
   *
   * @param options options of the listeners
   * @param unixSocket socket that all event loops share; empty if none is configured
   * @param admission admission control of WebSockets
   */
  record SharedListeners(
      ListenerOptions options, Optional<UnixSocket> unixSocket, WebSocketAdmission admission) {}
}
