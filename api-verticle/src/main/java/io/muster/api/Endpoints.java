package io.muster.api;

import io.muster.api.allsmi.EventsEndpoint;
import io.muster.api.allsmi.FrameStreams;
import io.muster.api.allsmi.MetricsEndpoint;
import io.muster.api.allsmi.ReadyEndpoint;
import io.muster.api.allsmi.SnapshotEndpoint;
import io.muster.api.allsmi.StateStreams;
import io.muster.api.bridge.BridgeEndpoint;
import io.muster.api.bridge.InboundQuery;
import io.muster.api.bridge.OutboundAddress;
import io.muster.api.bridge.address.EventsAddress;
import io.muster.api.bridge.address.FleetAddress;
import io.muster.api.bridge.address.HostFrames;
import io.muster.api.bridge.address.SummaryAddress;
import io.muster.api.docs.DocsEndpoint;
import io.muster.api.event.EventBroadcaster;
import io.muster.api.fleet.HostSelector;
import io.muster.api.http.Endpoint;
import io.muster.api.http.Query;
import io.muster.api.operations.DiscoveryEndpoint;
import io.muster.api.operations.HealthEndpoint;
import io.muster.api.operations.HostsEndpoint;
import io.muster.api.page.PageEndpoint;
import io.muster.api.rest.RestEndpoint;
import io.muster.api.rest.RestServices;
import io.muster.api.socktop.SocktopEndpoint;
import io.muster.api.state.StateBroadcaster;
import io.muster.api.usage.UsageEndpoint;
import java.util.List;
import java.util.Map;

/** The list of all endpoints. */
final class Endpoints {
  private Endpoints() {}

  /** Creates the endpoints of one event loop. */
  static List<Endpoint> create(SharedState state, LoopState loop) {
    var config = state.config();
    var node = state.node();
    var clocks = node.clocks();
    var fleet = state.fleet();
    var frames = loop.frames();
    var webSockets = loop.webSockets();
    var selector = new HostSelector(fleet.view(), node.hostname());
    var snapshot = new SnapshotEndpoint(fleet.view(), frames, fleet.refresher());
    var hosts = new HostsEndpoint(fleet.view());
    var rest =
        new RestEndpoint(
            loop.vertx(),
            state.contract(),
            RestServices.on(node.services(), config.callTimeout()),
            clocks.wallClock());
    return List.of(
        snapshot,
        new EventsEndpoint(
            new FrameStreams(fleet.view(), fleet.publisher(), frames, clocks.nanoTime()),
            new StateStreams(loop.states(), loop.events(), frames, clocks.nanoTime()),
            fleet.streamMetrics().openStreams(),
            config.streams().maxSubscribers()),
        new MetricsEndpoint(fleet.view(), fleet.metricsCache(), node.hostname()),
        new ReadyEndpoint(fleet.view()),
        new HealthEndpoint(fleet.view(), node.health()),
        hosts,
        new DiscoveryEndpoint(fleet.view(), MetricsEndpoint.HOST_PATH),
        new SocktopEndpoint(node, selector, config.webSockets().socktop(), webSockets),
        new UsageEndpoint(node, selector, config.webSockets().usage(), webSockets),
        new DocsEndpoint(loop.vertx(), state.contract()),
        createPage(state, loop),
        rest,
        new BridgeEndpoint(
            loop.bridge(),
            createQueries(snapshot, hosts, rest),
            state.bridge().sessions(),
            webSockets));
  }

  /** Creates the outbound addresses of the event-bus bridge on one event loop. */
  static List<OutboundAddress> createAddresses(
      SharedState state, StateBroadcaster states, EventBroadcaster events) {
    var metrics = state.bridge().metrics();
    return List.of(
        new FleetAddress(states),
        new EventsAddress(events),
        new SummaryAddress(state.fleet().states()::current, metrics),
        new HostFrames(state.fleet().view(), metrics));
  }

  private static PageEndpoint createPage(SharedState state, LoopState loop) {
    var node = state.node();
    return new PageEndpoint(
        loop.vertx(),
        state.fleet().states()::current,
        state.config().access().token().isSet(),
        Map.of("fleet", node.fleetName(), "host", node.hostname(), "version", node.version()));
  }

  /** Creates the queries of the event-bus bridge. */
  private static List<InboundQuery> createQueries(
      SnapshotEndpoint snapshot, HostsEndpoint hosts, RestEndpoint rest) {
    return List.of(
        new InboundQuery("muster.snapshot", parameters -> snapshot.json(Query.of(parameters))),
        new InboundQuery("muster.hosts", parameters -> hosts.json(Query.of(parameters))),
        new InboundQuery("muster.clients", rest.query("clientList")),
        new InboundQuery("muster.devices.history", rest.query("getDeviceHistory")),
        new InboundQuery("muster.fleet.at", rest.query("getFleet")),
        new InboundQuery("muster.events.list", rest.query("listEvents")));
  }
}
