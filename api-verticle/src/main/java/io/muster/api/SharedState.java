package io.muster.api;

import io.muster.api.allsmi.MetricsCache;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.StreamCounters;
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
 * What the event loops of the api role share.
 *
 * @param view what is known of the fleet
 * @param publisher who tells the event loops of it
 * @param refresher who has it collected afresh
 * @param metricsCache what {@code /metrics} answers
 * @param counters what became of the frames, over all event loops
 * @param listenerState what their listeners share
 * @param admission who may open WebSockets
 * @param unixSocket the one that all event loops share
 * @param contract the document of the REST interface
 * @param cors pages of which origins may read the answers
 */
record SharedState(
    ApiConfig config,
    Node node,
    FleetView view,
    FramePublisher publisher,
    Refresher refresher,
    MetricsCache metricsCache,
    StreamCounters counters,
    ListenerState listenerState,
    WebSocketAdmission admission,
    Optional<UnixSocket> unixSocket,
    RestContract contract,
    Cors cors) {}
