package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.Readings;
import io.muster.schema.frame.SampleFrames;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExpositionTest {
  private static final HostScrape.Build BUILD = new HostScrape.Build("0.1.0", "linux", "x86_64");
  private static final Pattern VIEW = Pattern.compile("^all_smi_([^{]+)\\{([^}]+)} ([\\d.]+)$");

  @Test
  void of_silentHost_isUpZeroAndBuildInfo() {
    assertThat(text(Format.TEXT, HostScrape.silent("gpu-01", BUILD)))
        .isEqualTo(
            """
            # HELP all_smi_up 1 while the host sends fresh frames, else 0
            # TYPE all_smi_up gauge
            all_smi_up{instance="gpu-01", hostname="gpu-01"} 0
            # HELP all_smi_build_info Version of the program that answers
            # TYPE all_smi_build_info gauge
            all_smi_build_info{instance="gpu-01", hostname="gpu-01", version="0.1.0", os="linux", arch="x86_64"} 1
            """);
  }

  @ParameterizedTest
  @CsvSource({"TEXT, metrics.txt", "OPEN_METRICS, openmetrics.txt"})
  void of_fullHost_matchesTheGoldenFile(Format format, String golden) throws IOException {
    assertThat(text(format, extended("gpu-01"))).isEqualTo(golden(golden));
  }

  @Test
  void of_fullHost_isReadByAllSmiView() {
    assertThat(text(Format.TEXT, extended("gpu-01")).lines().filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allMatch(line -> VIEW.matcher(line).matches());
  }

  @ParameterizedTest
  @EnumSource
  void of_severalHosts_isTheLinesOfEachHostByFamily(Format format) {
    var hosts = List.of(extended("a"), HostScrape.silent("b", BUILD), scrape("c"));
    var alone = hosts.stream().flatMap(host -> text(format, host).lines()).toList();
    var heads = alone.stream().filter(line -> line.startsWith("# HELP")).distinct().toList();

    var together = text(format, hosts.toArray(HostScrape[]::new));

    assertThat(together.lines().filter(line -> line.startsWith("# HELP")))
        .containsExactlyInAnyOrderElementsOf(heads);
    for (var metric : MetricId.values()) {
      assertThat(samplesOf(metric, together.lines().toList()))
          .as(metric.wireName())
          .isEqualTo(samplesOf(metric, alone));
    }
    StrictExposition.parse(together, format);
  }

  @Test
  void of_sameHostTwice_isTheSameBytesInBothFormats() {
    var host = HostExposition.of(extended("a"));
    var before = host.sizeBytes();

    var first = Exposition.of(List.of(host), Format.OPEN_METRICS);

    assertThat(Exposition.of(List.of(host), Format.OPEN_METRICS)).isEqualTo(first);
    assertThat(Exposition.of(List.of(host), Format.TEXT))
        .isEqualTo(Exposition.of(List.of(HostExposition.of(extended("a"))), Format.TEXT));
    assertThat(host.sizeBytes()).isGreaterThan(before);
  }

  @Test
  void of_noHost_isEmpty() {
    assertThat(Exposition.of(List.of(), Format.TEXT)).isEmpty();
  }

  @Test
  void of_missingReadings_haveNoSample() {
    var readings =
        new Readings(
            List.of(SampleFrames.silentGpu("a")),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    var text = text(Format.TEXT, new HostScrape(SampleFrames.head("a", 1), readings, true, BUILD));

    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("all_smi_gpu_info{");
  }

  private static List<String> samplesOf(MetricId metric, List<String> lines) {
    return lines.stream().filter(line -> line.startsWith(metric.wireName() + "{")).toList();
  }

  private static HostScrape scrape(String host) {
    return new HostScrape(SampleFrames.head(host, 1), SampleFrames.readings(host), true, BUILD);
  }

  private static HostScrape extended(String host) {
    return new HostScrape(SampleFrames.head(host, 1), SampleFrames.extended(host), true, BUILD);
  }

  private static String text(Format format, HostScrape... hosts) {
    var rendered = Arrays.stream(hosts).map(HostExposition::of).toList();
    return new String(Exposition.of(rendered, format), UTF_8) + format.end();
  }

  private static String golden(String name) throws IOException {
    try (var file = ExpositionTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8);
    }
  }
}
