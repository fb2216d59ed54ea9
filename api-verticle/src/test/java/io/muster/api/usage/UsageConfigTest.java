package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageConfigTest {
  @Test
  void from_noSettings_returnsDefaults() {
    var reader = new ConfigReader(SettingSources.none());

    assertThat(UsageConfig.from(reader))
        .isEqualTo(new UsageConfig(Duration.ofSeconds(5), false, GpuAggregation.FIRST, 5));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isMapped() {
    var reader =
        reader(
            Map.of(
                "api.usage.interval", "1m",
                "api.usage.auto_subscribe", "true",
                "api.usage.gpu", "mean",
                "api.usage.messages_per_second", "1"));

    assertThat(UsageConfig.from(reader))
        .isEqualTo(new UsageConfig(Duration.ofSeconds(60), true, GpuAggregation.MEAN, 1));
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "api.usage.interval, 0",
    "api.usage.interval, 61s",
    "api.usage.interval, 1500ms",
    "api.usage.gpu, FIRST",
    "api.usage.gpu, second",
    "api.usage.auto_subscribe, maybe"
  })
  void from_badValue_isAProblem(String key, String value) {
    var reader = reader(Map.of(key, value));

    UsageConfig.from(reader);

    assertThat(reader.problems()).singleElement().asString().startsWith(key);
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
