package io.muster.aggregator.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MaintenanceConfigTest {
  @Test
  void from_noSettings_areTheDocumentedDays() {
    assertThat(MaintenanceConfig.from(new ConfigReader(SettingSources.none())))
        .isEqualTo(
            new MaintenanceConfig(
                new Retention(
                    Duration.ofDays(30),
                    Duration.ofDays(30),
                    Duration.ofDays(90),
                    Duration.ofDays(400),
                    Duration.ofDays(365)),
                Optional.of(Duration.ofDays(2))));
  }

  @Test
  void from_everyKey_isMapped() {
    var reader =
        reader(
            Map.of(
                "aggregator.retention.raw", "7d",
                "aggregator.retention.minute", "8d",
                "aggregator.retention.hour", "31d",
                "aggregator.retention.day", "3650d",
                "aggregator.retention.events", "32d",
                "aggregator.pack_after", "off"));

    assertThat(MaintenanceConfig.from(reader))
        .isEqualTo(
            new MaintenanceConfig(
                new Retention(
                    Duration.ofDays(7),
                    Duration.ofDays(8),
                    Duration.ofDays(31),
                    Duration.ofDays(3650),
                    Duration.ofDays(32)),
                Optional.empty()));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_belowMinimum_isAProblemOfEachKey() {
    assertThat(problems(Map.of("aggregator.retention.raw", "6d")))
        .singleElement()
        .asString()
        .contains("aggregator.retention.raw", "7d");
    assertThat(problems(Map.of("aggregator.retention.minute", "6d")))
        .anySatisfy(problem -> assertThat(problem).contains("aggregator.retention.minute", "7d"));
    assertThat(problems(Map.of("aggregator.retention.hour", "30d")))
        .singleElement()
        .asString()
        .contains("aggregator.retention.hour", "31d");
    assertThat(problems(Map.of("aggregator.retention.day", "30d")))
        .singleElement()
        .asString()
        .contains("aggregator.retention.day", "31d");
    assertThat(problems(Map.of("aggregator.retention.events", "30d")))
        .singleElement()
        .asString()
        .contains("aggregator.retention.events", "31d");
    assertThat(problems(Map.of("aggregator.pack_after", "1d")))
        .singleElement()
        .asString()
        .contains("aggregator.pack_after", "2d");
  }

  @Test
  void from_coarserShorterThanFiner_isAProblem() {
    assertThat(problems(Map.of("aggregator.retention.raw", "40d")))
        .singleElement()
        .asString()
        .contains("minute: must not be less than aggregator.retention.raw");
    assertThat(problems(Map.of("aggregator.retention.minute", "100d")))
        .singleElement()
        .asString()
        .contains("hour: must not be less than aggregator.retention.minute");
    assertThat(problems(Map.of("aggregator.retention.hour", "500d")))
        .singleElement()
        .asString()
        .contains("day: must not be less than aggregator.retention.hour");
  }

  @Test
  void from_packAfterZero_neverCompacts() {
    assertThat(MaintenanceConfig.from(reader(Map.of("aggregator.pack_after", "0"))).compactAfter())
        .isEmpty();
  }

  private static List<String> problems(Map<String, String> settings) {
    var reader = reader(settings);
    MaintenanceConfig.from(reader);
    return reader.problems();
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
