package io.muster.runtime.node;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is wrong with this node, component by component. Components are asked, so that the answer is
 * never old.
 */
public final class HealthBoard {
  private final Map<String, Supplier<Optional<String>>> components =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /**
   * Adds a component; its supplier gives the reason why it does not work, or empty, quickly and
   * from any thread.
   */
  public void add(String component, Supplier<Optional<String>> trouble) {
    components.put(component, trouble);
  }

  /**
   * Each component with the reason why it does not work, or empty, in the order in which they were
   * added.
   */
  public Map<String, Optional<String>> report() {
    var report = new LinkedHashMap<String, Optional<String>>();
    synchronized (components) {
      components.forEach((component, trouble) -> report.put(component, trouble.get()));
    }
    return report;
  }
}
