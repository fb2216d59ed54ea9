package io.muster.registry;

import io.muster.registry.client.HealthFormula;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the registry role.
 *
 * @param healthFormula formula by which the health of a client is computed
 */
public record RegistryConfig(HealthFormula healthFormula) {
  private static final String HEALTH_KEY = "registry.health";

  /** Reads the settings. */
  public static RegistryConfig from(ConfigReader reader) {
    var name = reader.text(HEALTH_KEY, "full");
    var formula = HealthFormula.of(name);
    if (formula.isEmpty()) {
      reader.addProblem(HEALTH_KEY, "must be full or availability: '" + name + "'");
    }
    return new RegistryConfig(formula.orElse(HealthFormula.FULL));
  }
}
