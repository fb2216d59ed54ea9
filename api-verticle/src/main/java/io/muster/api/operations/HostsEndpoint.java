package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.Query;
import io.muster.api.http.ResponseBody;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET /hosts}: every known host with its status and its summary. */
public final class HostsEndpoint implements GetEndpoint {
  private final FleetView view;

  public HostsEndpoint(FleetView view) {
    this.view = view;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/hosts", this::handle);
  }

  /**
   * Returns 200 with the hosts by name, also if there is none yet; {@code ?alive=true} or {@code
   * false} selects hosts, while the counts remain those of all. 400 for another value.
   */
  private void handle(RoutingContext routingContext) {
    ResponseBody.endWithJson(routingContext.response(), hostList(Query.of(routingContext)));
  }

  /** Returns the body of the response to a query. Throws {@code INVALID_ARGUMENT}. */
  public Future<Buffer> json(Query query) {
    return Future.succeededFuture(Buffer.buffer(WireJson.bytes(hostList(query))));
  }

  private HostList hostList(Query query) {
    return hostList(view.hostStatuses(), query.trueOrFalse("alive"));
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
}
