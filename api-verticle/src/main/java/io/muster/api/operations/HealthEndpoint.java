package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.ResponseBody;
import io.muster.runtime.node.HealthChecks;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code GET /healthz}: liveness of the process; {@code GET /readyz}: readiness of the roles of
 * this node and of their dependencies. Both are public for probes without a token, so reasons
 * describe the problem and never contain a secret.
 */
public final class HealthEndpoint {
  private static final String FRAMES = "frames";

  private final FleetView view;
  private final HealthChecks healthChecks;

  public HealthEndpoint(FleetView view, HealthChecks healthChecks) {
    this.view = view;
    this.healthChecks = healthChecks;
  }

  /** Returns 200 as long as the event loop responds. */
  public void handleLiveness(RoutingContext routingContext) {
    routingContext
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    ResponseBody.end(routingContext.response(), "ok");
  }

  /**
   * Returns 200 or 503 with {@code {"components":{"database":{"ok":true},...},"ready":true}}; a
   * component that does not work has a {@code reason}. Unlike {@code /-/ready} it returns to 503.
   */
  public void handleReadiness(RoutingContext routingContext) {
    var report = new TreeMap<>(healthChecks.report());
    report.put(FRAMES, framesProblem());
    var ready = report.values().stream().allMatch(Optional::isEmpty);
    var components = new TreeMap<String, Map<String, Object>>();
    report.forEach((component, reason) -> components.put(component, componentState(reason)));
    routingContext
        .response()
        .setStatusCode(ready ? 200 : 503)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    var body = WireJson.bytes(Map.of("ready", ready, "components", components));
    ResponseBody.end(routingContext.response(), Buffer.buffer(body));
  }

  private static Map<String, Object> componentState(Optional<String> problem) {
    return problem
        .<Map<String, Object>>map(reason -> Map.of("ok", false, "reason", reason))
        .orElseGet(() -> Map.of("ok", true));
  }

  /** The reason why this node has no current frame: one host that is not silent is enough. */
  private Optional<String> framesProblem() {
    if (!view.freshHosts().isEmpty()) {
      return Optional.empty();
    }
    var silent = view.hosts().size();
    return Optional.of(
        silent == 0
            ? "no host has reported yet"
            : "no host is reporting; known silent hosts: " + silent);
  }
}
