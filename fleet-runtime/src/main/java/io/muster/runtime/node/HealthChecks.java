package io.muster.runtime.node;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The health checks of this node, one per component. Each report runs all checks, so that it is
 * never outdated. Safe for use by any thread.
 */
public final class HealthChecks {
  private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

  private final Map<String, HealthCheck> checksByComponent =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Adds the check of a component, or replaces it. A check returns the reason why the component
   * does not work, or empty; it must be fast and callable from any thread.
   *
   * @param summary the problem that the check finds, in general words: in place of the reason, for
   *     those who must not read names of users, hosts, paths and tables
   */
  public void add(String component, String summary, Supplier<Optional<String>> check) {
    checksByComponent.put(component, new HealthCheck(summary, check));
  }

  /**
   * Each component with its problem, or empty, in the order in which the components were added. A
   * component whose check throws does not work.
   */
  public Map<String, Optional<HealthProblem>> report() {
    List<Map.Entry<String, HealthCheck>> checks;
    synchronized (checksByComponent) {
      checks = List.copyOf(checksByComponent.entrySet());
    }
    var report = new LinkedHashMap<String, Optional<HealthProblem>>();
    checks.forEach(entry -> report.put(entry.getKey(), run(entry.getKey(), entry.getValue())));
    return report;
  }

  private static Optional<HealthProblem> run(String component, HealthCheck check) {
    try {
      return check.reason().get().map(reason -> new HealthProblem(check.summary(), reason));
    } catch (RuntimeException e) {
      log.debug("health check failed component={}", component, e);
      return Optional.of(new HealthProblem(check.summary(), "health check failed: " + e));
    }
  }

  /**
   * The reason why a component does not work.
   *
   * @param summary without details, for everybody
   * @param reason one line for the operator
   */
  public record HealthProblem(String summary, String reason) {}

  private record HealthCheck(String summary, Supplier<Optional<String>> reason) {}
}
