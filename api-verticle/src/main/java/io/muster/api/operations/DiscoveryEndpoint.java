package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.ResponseBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code GET /sd}: the hosts in the format of Prometheus HTTP service discovery, one target group
 * each. All have the address by which the client reached this node, and differ in their path.
 */
public final class DiscoveryEndpoint implements GetEndpoint {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

  private final FleetView view;
  private final String metricsRoute;

  /**
   * Creates the endpoint.
   *
   * @param metricsRoute path of one host's exposition, with {@code :host} in place of its name
   */
  public DiscoveryEndpoint(FleetView view, String metricsRoute) {
    this.view = view;
    this.metricsRoute = metricsRoute;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/sd", this::handle);
  }

  /**
   * Returns 200 with every known host, including silent ones, so that their {@code all_smi_up}
   * reports them down; 400 if the Host header is not an address.
   */
  private void handle(RoutingContext routingContext) {
    var address = address(routingContext.request());
    var groups = view.hostStatuses().stream().map(host -> targetGroup(address, host)).toList();
    ResponseBody.endWithJson(routingContext.response(), groups);
  }

  private TargetGroup targetGroup(String address, HostStatus host) {
    var name = host.header().hostId();
    return new TargetGroup(
        List.of(address),
        Map.of(
            // Not escaped: Prometheus escapes the path when it builds the URL.
            "__metrics_path__",
            metricsRoute.replace(":host", name),
            "__meta_muster_host",
            name,
            "__meta_muster_client_id",
            host.header().clientId(),
            "__meta_muster_simulated",
            Boolean.toString(host.header().isSimulated()),
            "instance",
            name));
  }

  private static String address(HttpServerRequest request) {
    var host = request.getHeader(HttpHeaders.HOST);
    if (host == null || !ADDRESS.matcher(host).matches()) {
      throw new FleetException(
          Code.INVALID_ARGUMENT, "the Host header is not an address: expected host or host:port");
    }
    return host;
  }

  /** One target group; Prometheus defines its keys. */
  private record TargetGroup(List<String> targets, Map<String, String> labels) {}
}
