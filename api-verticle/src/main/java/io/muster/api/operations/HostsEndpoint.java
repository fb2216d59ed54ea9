package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.http.Query;
import io.muster.api.http.ResponseBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code GET /hosts}: every known host with its status and its summary. */
public final class HostsEndpoint {
  private final FleetView view;

  public HostsEndpoint(FleetView view) {
    this.view = view;
  }

  /**
   * Returns 200 with the hosts by name, also if there is none yet; {@code ?alive=true} or {@code
   * false} selects hosts, while the counts remain those of all. 400 for another value.
   */
  public void handle(RoutingContext routingContext) {
    var aliveFilter =
        new Query(routingContext.queryParams()).text("alive").map(HostsEndpoint::parse);
    var body = WireJson.bytes(hostList(view.hostStatuses(), aliveFilter));
    routingContext
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    ResponseBody.end(routingContext.response(), Buffer.buffer(body));
  }

  private static HostList hostList(List<HostStatus> statuses, Optional<Boolean> aliveFilter) {
    var alive = statuses.stream().filter(HostStatus::alive).toList();
    var gpus = alive.stream().mapToInt(host -> host.header().summary().gpuCount()).sum();
    return new HostList(
        new HostList.HostCounts(alive.size(), gpus, statuses.size() - alive.size()),
        statuses.stream()
            .filter(host -> aliveFilter.map(value -> value == host.alive()).orElse(true))
            .map(HostList.ListedHost::of)
            .toList());
  }

  private static boolean parse(String text) {
    return switch (text) {
      case "1", "true", "yes" -> true;
      case "0", "false", "no" -> false;
      default ->
          throw new FleetException(
              Code.INVALID_ARGUMENT, "alive=" + text + ": expected true or false");
    };
  }
}
