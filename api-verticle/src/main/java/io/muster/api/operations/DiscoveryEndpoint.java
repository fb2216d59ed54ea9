package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.http.ResponseBody;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code GET /sd}: the hosts as Prometheus' HTTP service discovery wants them, a target group each.
 * All have the address by which the client reached this node, and differ in their path.
 */
public final class DiscoveryEndpoint {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

  private final FleetView view;
  private final String metricsRoute;

  /**
   * A door.
   *
   * @param metricsRoute path of one host's exposition, with {@code :host} in place of its name
   */
  public DiscoveryEndpoint(FleetView view, String metricsRoute) {
    this.view = view;
    this.metricsRoute = metricsRoute;
  }

  /**
   * Answers 200 with every known host, the silent ones too, so that their {@code all_smi_up} shows
   * that they are down; 400 when the Host header is no address.
   */
  public void handle(RoutingContext request) {
    var address = address(request.request());
    var groups = view.hostStatuses().stream().map(host -> targetGroup(address, host)).toList();
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    ResponseBody.end(request.response(), Buffer.buffer(WireJson.bytes(groups)));
  }

  private TargetGroup targetGroup(String address, HostStatus host) {
    var name = host.head().hostId();
    return new TargetGroup(
        List.of(address),
        Map.of(
            // As it is: Prometheus escapes the path when it makes the URL.
            "__metrics_path__",
            metricsRoute.replace(":host", name),
            "__meta_muster_host",
            name,
            "__meta_muster_client_id",
            host.head().clientId(),
            "__meta_muster_simulated",
            Boolean.toString(host.head().simulated()),
            "instance",
            name));
  }

  private static String address(HttpServerRequest request) {
    var host = request.getHeader(HttpHeaders.HOST);
    if (host == null || !ADDRESS.matcher(host).matches()) {
      throw new FleetException(
          Code.INVALID_ARGUMENT, "the Host header is no address: expected host or host:port");
    }
    return host;
  }

  /** One target group: the names of its keys are Prometheus'. */
  private record TargetGroup(List<String> targets, Map<String, String> labels) {}
}
