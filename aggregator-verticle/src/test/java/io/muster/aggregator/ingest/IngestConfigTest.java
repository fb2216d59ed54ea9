package io.muster.aggregator.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestConfigTest {
  @Test
  void from_noSettings_returnsDefaults() {
    var reader = reader(Map.of());

    assertThat(IngestConfig.from(reader))
        .isEqualTo(new IngestConfig(1000, Duration.ofSeconds(1), 100_000));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isMapped() {
    var reader =
        reader(
            Map.of(
                "aggregator.batch_rows", "2000",
                "aggregator.batch_wait", "250ms",
                "aggregator.queue_rows", "3000"));

    assertThat(IngestConfig.from(reader))
        .isEqualTo(new IngestConfig(2000, Duration.ofMillis(250), 3000));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_queueSmallerThanABatch_isAProblem() {
    var reader = reader(Map.of("aggregator.batch_rows", "5000", "aggregator.queue_rows", "4999"));
    IngestConfig.from(reader);

    assertThat(reader.problems())
        .singleElement()
        .asString()
        .startsWith("aggregator.queue_rows")
        .contains("aggregator.batch_rows");
  }

  @Test
  void from_valuesOutOfRange_areProblems() {
    var reader =
        reader(
            Map.of(
                "aggregator.batch_rows", "499",
                "aggregator.batch_wait", "0ms",
                "aggregator.queue_rows", "999"));
    IngestConfig.from(reader);

    assertThat(reader.problems()).hasSize(3);
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
