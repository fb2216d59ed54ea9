package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.Readings;
import io.muster.schema.frame.SampleFrames;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExpositionTest {
  private static final HostScrape.Build BUILD = new HostScrape.Build("0.1.0", "linux", "x86_64");
  private static final Pattern VIEW = Pattern.compile("^all_smi_([^{]+)\\{([^}]+)} ([\\d.]+)$");

  @Test
  void of_silentHost_isUpZeroAndBuildInfo() {
    assertThat(text(HostScrape.silent("gpu-01", BUILD)))
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

  @Test
  void of_fullHost_writesEachFamilyOnceInTheFormThatAllSmiViewReads() {
    var lines = text(scrape("gpu-01")).lines().toList();

    assertThat(lines.stream().filter(line -> line.startsWith("# TYPE"))).doesNotHaveDuplicates();
    assertThat(lines.stream().filter(line -> !line.startsWith("#")))
        .allMatch(line -> VIEW.matcher(line).matches());
    assertThat(lines)
        .contains(
            "all_smi_gpu_utilization{gpu=\"NVIDIA H200\", instance=\"gpu-01\","
                + " gpu_uuid=\"GPU-0f3c1d2e-1111-2222-3333-444455556666\", gpu_index=\"0\"} 87",
            "all_smi_gpu_power_limit_max_watts{gpu=\"NVIDIA H200\", instance=\"gpu-01\","
                + " gpu_uuid=\"GPU-0f3c1d2e-1111-2222-3333-444455556666\", gpu_index=\"0\"} 700",
            "all_smi_memory_total_bytes{instance=\"gpu-01\", hostname=\"gpu-01\", index=\"0\"} 2164000000000",
            "all_smi_disk_total_bytes{instance=\"gpu-01\", mount_point=\"/\", index=\"0\"} 1900000000000");
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

    var text = text(new HostScrape(SampleFrames.head("a", 1), readings, true, BUILD));

    assertThat(text)
        .contains("all_smi_gpu_info{")
        .doesNotContain("all_smi_gpu_utilization", "_celsius", "_watts");
  }

  @Test
  void of_twoHosts_groupsTheirSamplesByFamily() {
    var text = text(scrape("a"), scrape("b"));

    assertThat(text.split("# TYPE all_smi_cpu_utilization gauge\n", -1)).hasSize(2);
    assertThat(text).containsPattern("all_smi_up\\{instance=\"a\".*\nall_smi_up\\{instance=\"b\"");
  }

  @Test
  void labels_hostileText_isEscaped() {
    assertThat(LabelSet.of("name", "a\"b\\c\nd\u0007").text())
        .isEqualTo("name=\"a\\\"b\\\\c\\nd\"");
    assertThat(LabelSet.name("PCIe Generation")).isEqualTo("pcie_generation");
    assertThat(LabelSet.name("3D: clock")).isEqualTo("_3d__clock");
  }

  private static HostScrape scrape(String host) {
    return new HostScrape(SampleFrames.head(host, 1), SampleFrames.readings(host), true, BUILD);
  }

  private static String text(HostScrape... hosts) {
    return new String(Exposition.of(Arrays.asList(hosts)), UTF_8);
  }
}
