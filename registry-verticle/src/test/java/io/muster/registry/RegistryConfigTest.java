package io.muster.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.registry.client.HealthFormula;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {
  @Test
  void from_noSettings_returnsDefaults() {
    var reader = reader(Map.of());

    assertThat(RegistryConfig.from(reader)).isEqualTo(new RegistryConfig(HealthFormula.FULL));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isMapped() {
    var reader = reader(Map.of("registry.health", "availability"));

    assertThat(RegistryConfig.from(reader))
        .isEqualTo(new RegistryConfig(HealthFormula.AVAILABILITY));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_unknownFormula_isAProblem() {
    var reader = reader(Map.of("registry.health", "good"));
    RegistryConfig.from(reader);

    assertThat(reader.problems())
        .singleElement()
        .asString()
        .startsWith("registry.health")
        .endsWith("must be full or availability: 'good'");
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
