package io.muster.api;

import io.muster.api.allsmi.EventsEndpoint;
import io.muster.api.allsmi.FrameStreams;
import io.muster.api.allsmi.MetricsEndpoint;
import io.muster.api.allsmi.ReadyEndpoint;
import io.muster.api.allsmi.SnapshotEndpoint;
import io.muster.api.allsmi.StateStreams;
import io.muster.api.fleet.HostSelector;
import io.muster.api.http.Endpoint;
import io.muster.api.operations.DiscoveryEndpoint;
import io.muster.api.operations.HealthEndpoint;
import io.muster.api.operations.HostsEndpoint;
import io.muster.api.rest.DocsEndpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.rest.RestServices;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.usage.UsageEndpoint;
import io.muster.api.websocket.WebSocketServer;
import io.vertx.core.Vertx;
import java.util.List;

/** The list of all endpoints. */
final class Endpoints {
  private Endpoints() {}

  /** Creates the endpoints of one event loop. */
  static List<Endpoint> create(
      Vertx vertx, SharedState state, LoopBroadcasters broadcasters, WebSocketServer webSockets) {
    var config = state.config();
    var node = state.node();
    var clocks = node.clocks();
    var fleet = state.fleet();
    var frames = broadcasters.frames();
    var hosts = new HostSelector(fleet.view(), node.hostname());
    return List.of(
        new SnapshotEndpoint(fleet.view(), frames, fleet.refresher()),
        new EventsEndpoint(
            new FrameStreams(fleet.view(), fleet.publisher(), frames, clocks.nanoTime()),
            new StateStreams(
                broadcasters.states(), broadcasters.events(), frames, clocks.nanoTime()),
            fleet.streamMetrics().openStreams(),
            config.streams().maxSubscribers()),
        new MetricsEndpoint(fleet.view(), fleet.metricsCache(), node.hostname()),
        new ReadyEndpoint(fleet.view()),
        new HealthEndpoint(fleet.view(), node.health()),
        new HostsEndpoint(fleet.view()),
        new DiscoveryEndpoint(fleet.view(), MetricsEndpoint.HOST_PATH),
        new SocktopEndpoint(node, hosts, config.webSockets().socktop(), webSockets),
        new UsageEndpoint(node, hosts, config.webSockets().usage(), webSockets),
        new DocsEndpoint(vertx, state.contract()),
        new RestEndpoint(
            vertx,
            state.contract(),
            RestServices.on(node.services(), config.callTimeout()),
            clocks.wallClock()));
  }
}
