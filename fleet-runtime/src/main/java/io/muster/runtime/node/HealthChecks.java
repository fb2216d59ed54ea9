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

  private final Map<String, Supplier<Optional<String>>> checksByComponent =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Adds the check of a component, or replaces it. A check returns the reason why the component
   * does not work, or empty; it must be fast and callable from any thread.
   */
  public void add(String component, Supplier<Optional<String>> check) {
    checksByComponent.put(component, check);
  }

  /**
   * Each component with the reason why it does not work, or empty, in the order in which the
   * components were added. A component whose check throws does not work.
   */
  public Map<String, Optional<String>> report() {
    List<Map.Entry<String, Supplier<Optional<String>>>> checks;
    synchronized (checksByComponent) {
      checks = List.copyOf(checksByComponent.entrySet());
    }
    var report = new LinkedHashMap<String, Optional<String>>();
    checks.forEach(entry -> report.put(entry.getKey(), problem(entry.getKey(), entry.getValue())));
    return report;
  }

  private static Optional<String> problem(String component, Supplier<Optional<String>> check) {
    try {
      return check.get();
    } catch (RuntimeException e) {
      log.debug("health check failed component={}", component, e);
      return Optional.of("health check failed: " + e);
    }
  }
}
