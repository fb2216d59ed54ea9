package io.muster.api.exposition;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.json.WireJson;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Frames of rare hardware, and frames with hostile texts. */
class ExpositionEdgeCasesTest {
  private static final Pattern SAMPLE_LINE = Pattern.compile("^all_smi_[^{]+\\{([^}]+)} [\\d.]+$");
  private static final String HOSTILE = "\"}\\ ,=\"{\n\r\u0000\u001b[31m é\ud83d\ude00\ud800";

  private final Readings readings = FrameTestData.extendedReadings("a");

  @Test
  void of_detailKeysWithTheSameLabelName_writesTheFirst() {
    var gpu =
        gpu(
            """
            {"detail":{"PCIe Generation":"5","pcie generation":"4","GPU":"no","Type":"no","":"e","3D":"d"}}
            """);

    assertThat(lines(gpus(gpu), "gpu_info"))
        .singleElement()
        .asString()
        .endsWith(", type=\"GPU\", _=\"e\", _3d=\"d\", pcie_generation=\"5\"} 1")
        .doesNotContain("no");
  }

  @Test
  void of_hostileTexts_stayWithinTheLimitsInBothFormats() {
    var text = HOSTILE.repeat(300);
    var detail = new ObjectMapper().createObjectNode();
    for (int i = 0; i < 150; i++) {
      detail.put(i % 2 == 0 ? "k" + i : HOSTILE + i, i % 3 == 0 ? text : "v");
    }
    var names = new ObjectMapper().createObjectNode().put("name", text).put("hostname", text);
    names.put("instance", text).put("uuid", text).set("detail", detail);
    var process = new ObjectMapper().createObjectNode().put("command", text).put("user", text);
    process.put("process_name", text).put("device_uuid", text);
    var frame =
        new Readings(
            List.of(withChanges(readings.gpus().get(0), names.toString()), readings.gpus().get(0)),
            readings.cpus(),
            readings.memory(),
            readings.chassis(),
            List.of(withChanges(readings.processes().get(0), process.toString())),
            readings.storage());

    var exposition = render(frame, ExpositionFormat.TEXT);

    assertThat(exposition.lines().filter(line -> !line.startsWith("#")))
        .allSatisfy(ExpositionEdgeCasesTest::assertWithinLimits);
    assertThat(StrictExpositionParser.parse(exposition, ExpositionFormat.TEXT).samples())
        .hasSameSizeAs(
            StrictExpositionParser.parse(
                    render(frame, ExpositionFormat.OPEN_METRICS), ExpositionFormat.OPEN_METRICS)
                .samples());
    assertThat(exposition)
        .containsPattern("all_smi_mig_instance_utilization_gpu\\{.* compute_instance_id=\"0\"} 75");
  }

  @Test
  void of_manyDetails_writesAtMostAHundredLabels() {
    var detail = new ObjectMapper().createObjectNode();
    for (int i = 0; i < 150; i++) {
      detail.put("k" + i, "");
    }

    var line = lines(gpus(gpu("{\"detail\":" + detail + "}")), "gpu_info").get(0);

    assertThat(line.split("=\"", -1)).hasSizeBetween(90, 101);
  }

  @Test
  void of_duplicateEntry_isWrittenOnce() {
    var disk = readings.storage().get(0);
    var cpu = readings.cpus().get(0);
    var frame =
        new Readings(
            List.of(), List.of(cpu, cpu), List.of(), List.of(), List.of(), List.of(disk, disk));

    assertThat(lines(frame, "disk_total_bytes")).hasSize(1);
    assertThat(lines(frame, "cpu_core_utilization")).hasSize(2);
    StrictExpositionParser.parse(render(frame, ExpositionFormat.TEXT), ExpositionFormat.TEXT);
  }

  @Test
  void of_processOnTwoGpus_hasASampleForEach() {
    var first = readings.processes().get(0);
    var second =
        withChanges(first, "{\"device_id\":1,\"device_uuid\":\"GPU-2\",\"used_memory\":7}");

    assertThat(lines(processes(first, second), "process_memory_used_bytes"))
        .hasSize(2)
        .last()
        .asString()
        .contains("pid=\"48211\"", "device_id=\"1\", gpu_index=\"1\", device_uuid=\"GPU-2\"")
        .endsWith("} 7");
  }

  @Test
  void of_processWithoutStartTime_hasTheOtherFamilies() {
    var frame =
        processes(
            withChanges(readings.processes().get(0), "{\"start_time\":\"\",\"cpu_percent\":1e-7}"));

    assertThat(lines(frame, "process_start_time_seconds")).isEmpty();
    assertThat(lines(frame, "process_cpu_percent").get(0)).endsWith("} 0");
  }

  @Test
  void of_truncatedCommand_isWrittenUnchanged() {
    var truncated = "x".repeat(256) + "...(3840 bytes truncated)";

    assertThat(
            lines(
                    processes(
                        withChanges(
                            readings.processes().get(0), "{\"command\":\"" + truncated + "\"}")),
                    "process_cpu_percent")
                .get(0))
        .contains("command=\"" + truncated + "\"");
  }

  @Test
  void of_energyNotAboveZero_hasNoSample() {
    var gpus =
        Stream.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)
            .map(
                joules ->
                    FrameTestData.gpu("a").with(ENERGY_CONSUMED_JOULES, OptionalDouble.of(joules)))
            .toArray(Gpu[]::new);

    assertThat(lines(gpus(gpus), "energy_consumed_joules_total")).isEmpty();
  }

  @Test
  void of_pcieLink_isReadFromTheDetail() {
    var frame = gpus(gpu("{\"detail\":{\"PCIe Generation\":\"5\",\"PCIe Width\":\"x16\"}}"));
    var unreadable =
        gpus(gpu("{\"detail\":{\"PCIe Generation\":\"N/A\",\"power_limit_max\":\"NaN\"}}"));

    assertThat(lines(frame, "gpu_pcie_gen_current").get(0)).endsWith("} 5");
    assertThat(lines(frame, "gpu_pcie_width_current").get(0)).endsWith("} 16");
    assertThat(lines(unreadable, "gpu_pcie_gen_current")).isEmpty();
    assertThat(lines(unreadable, "gpu_power_limit_max_watts")).isEmpty();
  }

  @Test
  void of_npu_hasFirmwareSampleWithItsIndexAmongAllAccelerators() {
    var npu = gpu("{\"device_type\":\"NPU\",\"name\":\"RNGD\",\"detail\":{\"firmware\":\"1.2\"}}");

    assertThat(lines(gpus(FrameTestData.gpu("a"), npu), "npu_firmware_info"))
        .containsExactly(
            "all_smi_npu_firmware_info{npu=\"RNGD\", instance=\"a\","
                + " npu_uuid=\"GPU-0f3c1d2e-1111-2222-3333-444455556666\", npu_index=\"1\","
                + " firmware=\"1.2\"} 1");
  }

  @Test
  void of_appleChip_hasClusterNeuralEngineAndPressureSamples() {
    var gpu =
        gpu(
            """
            {"name":"Apple M4 Max","ane_utilization":1250.0,"uuid":"AppleGPU",
             "detail":{"combined_power_mw":"32500","thermal_pressure":"Nominal"}}
            """);
    var cpu =
        withChanges(
            readings.cpus().get(0),
            """
            {"apple_silicon_info":{"s_core_count":0,"p_core_count":12,"e_core_count":4,
             "gpu_core_count":40,"p_core_utilization":41.5,"p_cluster_frequency_mhz":4512}}
            """);
    var chassis =
        withChanges(
            readings.chassis().get(0),
            """
            {"thermal_pressure":"Fair","detail":{"cpu_power_watts":"12.345","gpu_power_watts":"?"}}
            """);
    var frame =
        new Readings(List.of(gpu), List.of(cpu), List.of(), List.of(chassis), List.of(), List.of());

    assertThat(lines(frame, "ane_power_watts").get(0)).endsWith("} 1.25");
    assertThat(lines(frame, "combined_power_watts").get(0)).endsWith("} 32.5");
    assertThat(lines(frame, "thermal_pressure_info").get(0)).endsWith(", level=\"Nominal\"} 1");
    assertThat(lines(frame, "cpu_s_core_count")).isEmpty();
    assertThat(lines(frame, "cpu_p_core_count").get(0)).endsWith("} 12");
    assertThat(lines(frame, "cpu_p_core_utilization").get(0)).endsWith("} 41.5");
    assertThat(lines(frame, "cpu_p_cluster_frequency_mhz").get(0)).endsWith("} 4512");
    assertThat(lines(frame, "chassis_cpu_power_watts").get(0)).matches(".*} 12\\.3[45]");
    assertThat(lines(frame, "chassis_gpu_power_watts")).isEmpty();
    assertThat(lines(frame, "chassis_thermal_pressure_info").get(0)).contains("level=\"Fair\"");
  }

  private static void assertWithinLimits(String line) {
    var labels = SAMPLE_LINE.matcher(line);
    assertThat(labels.matches()).as(line).isTrue();
    assertThat(labels.group(1).getBytes(UTF_8)).hasSizeLessThanOrEqualTo(LabelSet.MAX_BYTES);
    assertThat(line.chars()).noneMatch(Character::isISOControl);
  }

  private static Gpu gpu(String changes) {
    return withChanges(FrameTestData.gpu("a"), changes);
  }

  private Readings gpus(Gpu... gpus) {
    return new Readings(List.of(gpus), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private Readings processes(ProcessEntry... processes) {
    return new Readings(List.of(), List.of(), List.of(), List.of(), List.of(processes), List.of());
  }

  /** Returns the record with some keys of its JSON changed. */
  @SuppressWarnings("unchecked") // the result has the type of the original
  private static <T> T withChanges(T original, String changes) {
    var json = new ObjectMapper();
    try {
      var tree = (ObjectNode) json.readTree(WireJson.bytes(original));
      tree.setAll((ObjectNode) json.readTree(changes));
      return (T) WireJson.read(json.writeValueAsBytes(tree), original.getClass());
    } catch (IOException e) {
      throw new AssertionError(changes, e);
    }
  }

  private static List<String> lines(Readings readings, String family) {
    return render(readings, ExpositionFormat.TEXT)
        .lines()
        .filter(line -> line.startsWith("all_smi_" + family + "{"))
        .toList();
  }

  private static String render(Readings readings, ExpositionFormat format) {
    var build = new HostScrape.Build("0.1.0", "linux", "x86_64");
    var scrape = new HostScrape("a", readings, true, build);
    var exposition = Exposition.of(List.of(HostExposition.of(scrape)), format);
    return new String(exposition, UTF_8) + format.endMarker();
  }
}
