package io.muster.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.simulation.SimulatedGpuModel;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CollectorConfigTest {
  private static final Path DATA = Path.of("/srv/muster");

  @Test
  void from_nothingSet_returnsTheDefaults() {
    var config = CollectorConfig.from(new ConfigReader(SettingSources.none()), DATA);

    assertThat(config.interval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.registration().userId()).isEqualTo("default");
    assertThat(config.registration().name()).isEmpty();
    assertThat(config.host().hostname()).isEmpty();
    assertThat(config.host().root()).isEqualTo(Path.of("/"));
    assertThat(config.host().servesProcessDetails()).isTrue();
    assertThat(config.simulation().spec()).isEmpty();
    assertThat(config.simulation().namePrefix()).isEqualTo("sim");
    assertThat(config.heartbeat().directory()).isEqualTo(DATA.resolve("spool"));
    assertThat(config.energyDirectory()).isEqualTo(DATA.resolve("energy"));
    assertThat(config.heartbeat().interval()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void from_everything_mapsEachKey() {
    var reader =
        reader(
            Map.ofEntries(
                Map.entry("collector.interval", "500ms"),
                Map.entry("collector.user_id", "team-a"),
                Map.entry("collector.name", "Rack 7"),
                Map.entry("collector.hostname", "rack-7"),
                Map.entry("collector.root", "/host"),
                Map.entry("collector.process_details", "false"),
                Map.entry("collector.simulate", "4x8xh200"),
                Map.entry("collector.simulate_name", "lab"),
                Map.entry("collector.simulate_seed", "7")));

    var config = CollectorConfig.from(reader, DATA);

    assertThat(reader.problems()).isEmpty();
    assertThat(config.interval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.registration().userId()).isEqualTo("team-a");
    assertThat(config.registration().name()).contains("Rack 7");
    assertThat(config.host().hostname()).contains("rack-7");
    assertThat(config.host().root()).isEqualTo(Path.of("/host"));
    assertThat(config.host().servesProcessDetails()).isFalse();
    assertThat(config.simulation().spec())
        .contains(new SimulationSpec(4, 8, SimulatedGpuModel.H200));
    assertThat(config.simulation().namePrefix()).isEqualTo("lab");
    assertThat(config.simulation().seed()).isEqualTo(7);
    // Five hosts share the spool.
    assertThat(config.heartbeat().spoolMaxBytes()).isEqualTo(5 * (16L << 20));
  }

  @Test
  void from_invalidValues_listsEachProblem() {
    var reader =
        reader(
            Map.of(
                "collector.interval",
                "99ms",
                "collector.user_id",
                "x".repeat(33),
                "collector.hostname",
                "é".repeat(33),
                "collector.name",
                "gpu\n01",
                "collector.simulate_name",
                "x".repeat(59),
                "collector.simulate",
                "0x8xH100"));

    CollectorConfig.from(reader, DATA);

    assertThat(reader.problems())
        .hasSize(6)
        .anyMatch(line -> line.startsWith("collector.hostname") && line.contains("64 bytes"))
        .anyMatch(line -> line.startsWith("collector.name") && line.contains("control characters"))
        .anyMatch(line -> line.startsWith("collector.simulate_name") && line.contains("64 bytes"))
        .anyMatch(line -> line.startsWith("collector.interval") && line.contains("from 100ms"))
        .anyMatch(line -> line.startsWith("collector.user_id") && line.contains("32 characters"))
        .anyMatch(
            line -> line.startsWith("collector.simulate") && line.contains("1 to 10000 hosts"));
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
