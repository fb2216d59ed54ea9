package io.muster.api;

import io.muster.api.allsmi.MetricsCache;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.StreamMetrics;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Cors;
import io.muster.api.listener.ListenerState;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.websocket.WebSocketAdmission;
import io.muster.runtime.node.Node;
import java.util.Optional;

/**
 * The objects that the event loops of the api role share.
 *
 * @param view latest frame of each host
 * @param publisher publishes new frames to the event loops
 * @param refresher requests fresh frames from collectors
 * @param metricsCache rendered bodies of {@code /metrics}
 * @param streamMetrics metrics of the event streams of all event loops
 * @param listenerState state that the listeners share
 * @param admission admission control of WebSockets
 * @param unixSocket socket that all event loops share; empty if none is configured
 * @param contract OpenAPI document of the REST interface
 * @param cors sets the CORS headers of responses
 */
record SharedState(
    ApiConfig config,
    Node node,
    FleetView view,
    FramePublisher publisher,
    Refresher refresher,
    MetricsCache metricsCache,
    StreamMetrics streamMetrics,
    ListenerState listenerState,
    WebSocketAdmission admission,
    Optional<UnixSocket> unixSocket,
    RestContract contract,
    Cors cors) {}
