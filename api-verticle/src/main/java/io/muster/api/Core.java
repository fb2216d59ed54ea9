package io.muster.api;

import io.muster.api.allsmi.MetricsPages;
import io.muster.api.fanout.FrameHub;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Cors;
import io.muster.api.listener.Entrance;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.websocket.Admission;
import io.muster.runtime.node.Node;
import java.util.Optional;

/**
 * What the event loops of the api role share.
 *
 * @param view what is known of the fleet
 * @param hub who tells the event loops of it
 * @param refresher who has it collected afresh
 * @param pages what {@code /metrics} answers
 * @param counters what became of the frames, over all event loops
 * @param entrance what their listeners share
 * @param admission who may open WebSockets
 * @param unixSocket the one that all event loops share
 * @param contract the document of the REST interface
 * @param cors pages of which origins may read the answers
 */
record Core(
    ApiConfig config,
    Node node,
    FleetView view,
    FrameHub hub,
    Refresher refresher,
    MetricsPages pages,
    StreamCounters counters,
    Entrance entrance,
    Admission admission,
    Optional<UnixSocket> unixSocket,
    RestContract contract,
    Cors cors) {}
