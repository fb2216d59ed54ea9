package io.muster.registry;

import io.muster.registry.client.HealthFormula;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the registry role.
 *
 * @param healthFormula formula by which the health of a client is computed
 */
public record RegistryConfig(HealthFormula healthFormula) {
  /** Reads the settings. */
  public static RegistryConfig from(ConfigReader reader) {
    return new RegistryConfig(reader.choice("registry.health", HealthFormula.FULL));
  }
}
