package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatConfigTest {
  private static final Path DIRECTORY = Path.of("data", "spool");

  @Test
  void from_nothingSet_returnsTheDefaults() {
    var config = HeartbeatConfig.from(new ConfigReader(SettingSources.none()), DIRECTORY, 1);

    assertThat(config)
        .isEqualTo(
            new HeartbeatConfig(
                DIRECTORY, Duration.ofSeconds(10), 16 << 20, Duration.ofSeconds(10)));
  }

  @Test
  void from_manySimulatedHosts_growsUpToTheLimit() {
    var reader = new ConfigReader(SettingSources.none());
    assertThat(HeartbeatConfig.from(reader, DIRECTORY, 3).spoolMaxBytes()).isEqualTo(48 << 20);
    assertThat(HeartbeatConfig.from(reader, DIRECTORY, 300).spoolMaxBytes()).isEqualTo(256 << 20);
  }

  @Test
  void from_everythingSet_mapsEachKey() {
    var reader =
        new ConfigReader(
            SettingSources.of(
                Map.of(
                    "collector.heartbeat_interval", "1s",
                    "collector.spool_max_bytes", "1048576",
                    "collector.heartbeat_timeout", "2s")));

    assertThat(HeartbeatConfig.from(reader, DIRECTORY, 1))
        .isEqualTo(
            new HeartbeatConfig(DIRECTORY, Duration.ofSeconds(1), 1 << 20, Duration.ofSeconds(2)));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_outOfRange_isAProblem() {
    var reader =
        new ConfigReader(
            SettingSources.of(
                Map.of(
                    "collector.heartbeat_interval", "121s",
                    "collector.spool_max_bytes", "1000")));
    HeartbeatConfig.from(reader, DIRECTORY, 1);

    assertThat(reader.problems())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("heartbeat_interval", "121s", "2m"))
        .anySatisfy(line -> assertThat(line).contains("spool_max_bytes", "1000", "1048576"));
  }
}
