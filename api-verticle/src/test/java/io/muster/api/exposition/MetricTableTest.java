package io.muster.api.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that docs/metrics.md matches the table; {@code -Dmetrics.write} rewrites it. */
class MetricTableTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");
  private static final String HEADER =
      """
      # Metrics

      The metrics of each host in `/metrics`, in this order; a reading that a host does not have has no sample. Names, labels and units are
      those of all-smi. Written by `mvn test -pl api-verticle -am -Dtest=MetricTableTest -Dsurefire.failIfNoSpecifiedTests=false
      -Dmetrics.write`; edit `MetricTable` or `GpuReading` instead.

      | family | type | help | labels |
      | --- | --- | --- | --- |
      """;

  @Test
  void document_committedFile_matchesTheTable() throws IOException {
    if (System.getProperty("metrics.write") != null) {
      Files.writeString(DOCUMENT, table());
    }

    assertThat(Files.readString(DOCUMENT)).isEqualTo(table());
  }

  @Test
  void help_everyFamily_needsNoEscape() {
    assertThat(MetricTable.FAMILIES)
        .allSatisfy(
            metric -> assertThat(metric.help()).isNotBlank().doesNotContain("\\", "\n", "\""));
  }

  @Test
  void wireName_counter_endsInTotalAndNoGaugeDoes() {
    assertThat(MetricTable.FAMILIES)
        .allSatisfy(
            metric ->
                assertThat(metric.name().endsWith("_total"))
                    .isEqualTo(metric.type() == MetricFamily.MetricType.COUNTER));
  }

  private static String table() {
    return HEADER
        + MetricTable.FAMILIES.stream()
            .map(MetricTableTest::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(MetricFamily metric) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            metric.name(),
            metric.type().name().toLowerCase(Locale.ROOT),
            metric.help(),
            String.join(", ", metric.labelNames()));
  }
}
