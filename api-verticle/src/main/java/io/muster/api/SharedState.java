package io.muster.api;

import io.muster.api.allsmi.MetricsCache;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.ReplayRing;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Cors;
import io.muster.api.listener.ConnectionMetrics;
import io.muster.api.listener.ListenerState;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.websocket.WebSocketAdmission;
import io.muster.api.websocket.WebSocketMetrics;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.node.Node;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * The objects that the event loops of the api role share.
 *
 * @param contract OpenAPI document of the REST interface
 * @param cors sets the CORS headers of responses
 */
record SharedState(
    ApiConfig config,
    Node node,
    RestContract contract,
    Cors cors,
    SharedFleet fleet,
    SharedListeners listeners) {

  /** Creates the objects; the caller's context becomes the owner context of the fleet view. */
  static SharedState create(
      Vertx vertx, ApiConfig config, Node node, RestContract contract, MeterFactory meters) {
    return new SharedState(
        config,
        node,
        contract,
        Cors.of(config.access()),
        SharedFleet.create(vertx, config, node, meters),
        SharedListeners.create(vertx, config, node, meters));
  }

  /**
   * The frames of the fleet and their delivery.
   *
   * @param view latest frame of each host
   * @param publisher publishes new frames to the event loops
   * @param refresher requests fresh frames from collectors
   * @param metricsCache rendered bodies of {@code /metrics}
   * @param streamMetrics metrics of the event streams of all event loops
   */
  record SharedFleet(
      FleetView view,
      FramePublisher publisher,
      Refresher refresher,
      MetricsCache metricsCache,
      StreamMetrics streamMetrics) {

    private static SharedFleet create(
        Vertx vertx, ApiConfig config, Node node, MeterFactory meters) {
      var context = new FleetContext(vertx);
      var nanoTime = node.clocks().nanoTime();
      var view = new FleetView(node.fleetName(), nanoTime, meters);
      var replayRing = new ReplayRing(config.streams().replayMaxBytes());
      return new SharedFleet(
          view,
          new FramePublisher(context, view, replayRing, config.forgetAfter()),
          new Refresher(context, view, new BusCollectorClient(node.services(), view), nanoTime),
          new MetricsCache(context, view, node, config.metricsMaxAge()),
          StreamMetrics.create(meters));
    }
  }

  /**
   * The connections of clients.
   *
   * @param state state that the listeners share
   * @param unixSocket socket that all event loops share; empty if none is configured
   * @param admission admission control of WebSockets
   */
  record SharedListeners(
      ListenerState state, Optional<UnixSocket> unixSocket, WebSocketAdmission admission) {

    private static SharedListeners create(
        Vertx vertx, ApiConfig config, Node node, MeterFactory meters) {
      return new SharedListeners(
          new ListenerState(vertx, config.listen(), ConnectionMetrics.create(meters)),
          config.listen().unixSocket().map(path -> new UnixSocket(vertx, path)),
          new WebSocketAdmission(
              config.webSockets().limits(),
              config.access().corsOrigins(),
              config.access().trustedProxies()::limitKey,
              node.clocks().nanoTime(),
              WebSocketMetrics.create(meters)));
    }
  }
}
