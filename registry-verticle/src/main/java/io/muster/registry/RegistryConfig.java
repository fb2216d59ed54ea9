package io.muster.registry;

import io.muster.registry.client.HealthRule;
import io.muster.runtime.config.ConfigReader;

/**
 * Settings of the registry role.
 *
 * @param health what the health of a client is made of
 */
public record RegistryConfig(HealthRule health) {
  private static final String HEALTH = "registry.health";

  /** Reads the settings. */
  public static RegistryConfig from(ConfigReader reader) {
    var name = reader.text(HEALTH, "full");
    var rule = HealthRule.of(name);
    if (rule.isEmpty()) {
      reader.addProblem(HEALTH, "'" + name + "' is not full or availability");
    }
    return new RegistryConfig(rule.orElse(HealthRule.FULL));
  }
}
