package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
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
  private static final Pattern ALL_SMI_VIEW_LINE =
      Pattern.compile("^all_smi_([^{]+)\\{([^}]+)} ([\\d.]+)$");

  @Test
  void of_silentHost_isUpZeroAndBuildInfo() {
    assertThat(render(ExpositionFormat.TEXT, HostScrape.silent("gpu-01", BUILD)))
        .isEqualTo(
            """
            # HELP all_smi_up 1 if the host sends fresh frames, else 0
            # TYPE all_smi_up gauge
            all_smi_up{instance="gpu-01", hostname="gpu-01"} 0
            # HELP all_smi_build_info Version and platform of the Muster node
            # TYPE all_smi_build_info gauge
            all_smi_build_info{instance="gpu-01", hostname="gpu-01", version="0.1.0", os="linux", arch="x86_64"} 1
            """);
  }

  @ParameterizedTest
  @CsvSource({"TEXT, metrics.txt", "OPEN_METRICS, openmetrics.txt"})
  void of_fullHost_matchesTheGoldenFile(ExpositionFormat format, String golden) throws IOException {
    assertThat(render(format, extendedScrape("gpu-01"))).isEqualTo(readGolden(golden));
  }

  @Test
  void of_fullHost_matchesTheLinePatternOfAllSmiView() {
    assertThat(
            render(ExpositionFormat.TEXT, extendedScrape("gpu-01"))
                .lines()
                .filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allMatch(line -> ALL_SMI_VIEW_LINE.matcher(line).matches());
  }

  @ParameterizedTest
  @EnumSource
  void of_severalHosts_isTheLinesOfEachHostByFamily(ExpositionFormat format) {
    var hosts = List.of(extendedScrape("a"), HostScrape.silent("b", BUILD), scrape("c"));
    var separate = hosts.stream().flatMap(host -> render(format, host).lines()).toList();
    var helpLines = separate.stream().filter(line -> line.startsWith("# HELP")).distinct().toList();

    var combined = render(format, hosts.toArray(HostScrape[]::new));

    assertThat(combined.lines().filter(line -> line.startsWith("# HELP")))
        .containsExactlyInAnyOrderElementsOf(helpLines);
    for (var metric : MetricTable.FAMILIES) {
      assertThat(samplesOf(metric, combined.lines().toList()))
          .as(metric.name())
          .isEqualTo(samplesOf(metric, separate));
    }
    StrictExpositionParser.parse(combined, format);
  }

  @Test
  void of_sameHostTwice_isTheSameBytesInBothFormats() {
    var host = HostExposition.of(extendedScrape("a"));

    var first = Exposition.of(List.of(host), ExpositionFormat.OPEN_METRICS);

    assertThat(Exposition.of(List.of(host), ExpositionFormat.OPEN_METRICS)).isEqualTo(first);
    assertThat(Exposition.of(List.of(host), ExpositionFormat.TEXT))
        .isEqualTo(
            Exposition.of(List.of(HostExposition.of(extendedScrape("a"))), ExpositionFormat.TEXT));
    for (var format : ExpositionFormat.values()) {
      assertThat(host.lines(format)).isSameAs(host.lines(format));
    }
  }

  @Test
  void of_noHost_isEmpty() {
    assertThat(Exposition.of(List.of(), ExpositionFormat.TEXT)).isEmpty();
  }

  @Test
  void of_missingReadings_haveNoSample() {
    var readings =
        new Readings(
            List.of(FrameTestData.gpuWithoutReadings("a")),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    var text = render(ExpositionFormat.TEXT, new HostScrape("a", readings, true, BUILD));

    assertThat(text.lines().filter(line -> !line.startsWith("#")))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("all_smi_gpu_info{");
  }

  private static List<String> samplesOf(MetricFamily metric, List<String> lines) {
    return lines.stream().filter(line -> line.startsWith(metric.name() + "{")).toList();
  }

  private static HostScrape scrape(String host) {
    return new HostScrape(host, FrameTestData.readings(host), true, BUILD);
  }

  private static HostScrape extendedScrape(String host) {
    return new HostScrape(host, FrameTestData.extendedReadings(host), true, BUILD);
  }

  private static String render(ExpositionFormat format, HostScrape... hosts) {
    var rendered = Arrays.stream(hosts).map(HostExposition::of).toList();
    return new String(Exposition.of(rendered, format), UTF_8) + format.endMarker();
  }

  private static String readGolden(String name) throws IOException {
    try (var file = ExpositionTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8);
    }
  }
}
