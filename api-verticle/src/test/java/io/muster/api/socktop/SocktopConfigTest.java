package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocktopConfigTest {
  @Test
  void from_noSettings_areTheMaxAgesOfTheAgent() {
    assertThat(SocktopConfig.from(new ConfigReader(SettingSources.none())))
        .isEqualTo(
            new SocktopConfig(
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofMillis(1500),
                SocktopConfig.Auth.HTTP,
                2000,
                Duration.ofMinutes(10)));
  }

  @Test
  void from_everyKey_isMapped() {
    var reader =
        reader(
            Map.of(
                "api.socktop.metrics_max_age", "0",
                "api.socktop.disks_max_age", "5s",
                "api.socktop.processes_max_age", "1m",
                "api.socktop.auth", "agent",
                "api.socktop.messages_per_second", "1",
                "api.socktop.idle_timeout", "10s"));

    assertThat(SocktopConfig.from(reader))
        .isEqualTo(
            new SocktopConfig(
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                SocktopConfig.Auth.AGENT,
                1,
                Duration.ofSeconds(10)));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_badValues_areProblemsWithTheExpectedValues() {
    var reader = reader(Map.of("api.socktop.metrics_max_age", "2m", "api.socktop.auth", "none"));

    assertThat(SocktopConfig.from(reader).auth()).isEqualTo(SocktopConfig.Auth.HTTP);
    assertThat(reader.problems())
        .hasSize(2)
        .anyMatch(line -> line.contains("must be a duration from 0"))
        .anyMatch(line -> line.endsWith("must be http or agent: 'none'"));
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
