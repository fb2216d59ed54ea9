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
 * What is wrong with this node, component by component. Components are asked, so that the answer is
 * never old. Any thread may use it.
 */
public final class HealthChecks {
  private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

  private final Map<String, Supplier<Optional<String>>> checksByComponent =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Adds a component, or takes the place of the one of this name; its supplier gives the reason why
   * it does not work, or empty, quickly and from any thread.
   */
  public void add(String component, Supplier<Optional<String>> check) {
    checksByComponent.put(component, check);
  }

  /**
   * Each component with the reason why it does not work, or empty, in the order in which they were
   * added. A component whose supplier throws does not work.
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
      log.debug("component does not tell its health component={}", component, e);
      return Optional.of("does not tell its health: " + e);
    }
  }
}
