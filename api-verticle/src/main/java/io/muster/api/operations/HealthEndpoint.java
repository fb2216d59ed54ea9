package io.muster.api.operations;

import io.muster.api.fleet.FleetView;
import io.muster.api.http.AccessRules;
import io.muster.api.http.GetEndpoint;
import io.muster.api.http.ResponseBody;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.HealthChecks.HealthProblem;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code GET /healthz}: liveness of the process; {@code GET /readyz}: readiness of the roles of
 * this node and of their dependencies. Both are public for probes without a token, which see the
 * summary of a problem; its reason is for the operator, who sends the token.
 */
public final class HealthEndpoint implements GetEndpoint {
  private static final String FRAMES = "frames";

  private final FleetView view;
  private final HealthChecks healthChecks;

  public HealthEndpoint(FleetView view, HealthChecks healthChecks) {
    this.view = view;
    this.healthChecks = healthChecks;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/healthz", this::handleLiveness, "/readyz", this::handleReadiness);
  }

  @Override
  public boolean isPublic() {
    return true;
  }

  /** Returns 200 as long as the event loop responds. */
  private void handleLiveness(RoutingContext routingContext) {
    ResponseBody.endWithText(ResponseBody.putNoStore(routingContext.response()), "ok");
  }

  /**
   * Returns 200 or 503 with {@code {"components":{"database":{"ok":true},...},"ready":true}}; a
   * component that does not work has a {@code reason}. Unlike {@code /-/ready} it returns to 503.
   */
  private void handleReadiness(RoutingContext routingContext) {
    var isFromOperator = AccessRules.isFromOperator(routingContext);
    var problems = new TreeMap<String, Optional<String>>();
    healthChecks
        .report()
        .forEach(
            (component, problem) ->
                problems.put(
                    component,
                    problem.map(isFromOperator ? HealthProblem::reason : HealthProblem::summary)));
    problems.put(FRAMES, framesProblem());
    var ready = problems.values().stream().allMatch(Optional::isEmpty);
    var components = new TreeMap<String, Map<String, Object>>();
    problems.forEach((component, reason) -> components.put(component, componentState(reason)));
    ResponseBody.endWithJson(
        routingContext.response().setStatusCode(ready ? 200 : 503),
        Map.of("ready", ready, "components", components));
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
