package io.muster.schema.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.schema.json.WireJson;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FrameJsonTest {
  private static final Instant SAMPLED_AT = Instant.parse("2026-08-08T12:34:56.789Z");

  @Test
  void ofHost_everySection_matchesTheGoldenFile() throws IOException {
    var json = FrameJson.ofHost(FrameTestData.fullFrame("gpu-01", 1), SectionSelection.ALL);

    assertThat(new String(WireJson.prettyPrint(json), UTF_8)).isEqualTo(readGolden("frame.json"));
  }

  @Test
  void ofHost_extensionKeys_matchTheGoldenFile() throws IOException {
    var extendedFrame =
        EncodedFrame.of(
            FrameTestData.header("gpu-01", 1),
            FrameTestData.extendedReadings("gpu-01"),
            EnumSet.of(Section.CHASSIS, Section.CPU, Section.GPU),
            List.of());

    var json = FrameJson.ofHost(extendedFrame, SectionSelection.ALL);

    assertThat(new String(WireJson.prettyPrint(json), UTF_8))
        .isEqualTo(readGolden("frame-extended.json"));
  }

  @Test
  void ofHost_extensionKeys_areAddedToTheDocumentedOnes() throws IOException {
    var extendedGpu =
        parseTree(WireJson.bytes(FrameTestData.extendedReadings("gpu-01").gpus().get(0)));

    ((ObjectNode) extendedGpu).remove(List.of("energy_consumed_joules", "mig", "state"));

    assertThat(extendedGpu).isEqualTo(parseTree(WireJson.bytes(FrameTestData.gpu("gpu-01"))));
  }

  @Test
  void ofHost_deviceWithoutReadings_writesTheSentinels() throws IOException {
    var json = new String(WireJson.bytes(FrameTestData.gpuWithoutReadings("gpu-01")), UTF_8);

    assertThat(new String(WireJson.prettyPrint(json.getBytes(UTF_8)), UTF_8))
        .isEqualTo(readGolden("silent-gpu.json"));
    assertThat(json).doesNotContain("\n");
  }

  @Test
  void ofHost_defaultSelection_omitsProcessesAndStorage() throws IOException {
    var frame =
        parseTree(FrameJson.ofHost(FrameTestData.fullFrame("gpu-01", 1), SectionSelection.DEFAULT));

    assertThat(frame.fieldNames())
        .toIterable()
        .containsExactly("chassis", "cpus", "gpus", "hostname", "memory", "schema", "timestamp");
  }

  @Test
  void ofHost_sectionWithoutEntries_isAnEmptyArray() throws IOException {
    var frame =
        new EncodedFrame(
            FrameTestData.header("a", 1), Map.of(Section.GPU, "[]".getBytes(UTF_8)), List.of());

    var json = parseTree(FrameJson.ofHost(frame, SectionSelection.ALL));

    assertThat(json.get("gpus")).isEmpty();
    assertThat(json.has("cpus")).isFalse();
  }

  @Test
  void of_severalHosts_concatenatesTheirSectionsInOrder() throws IOException {
    var emptyFrame =
        new EncodedFrame(
            FrameTestData.header("b", 1), Map.of(Section.GPU, "[]".getBytes(UTF_8)), List.of());
    var frames =
        List.of(FrameTestData.fullFrame("a", 1), emptyFrame, FrameTestData.fullFrame("c", 1));
    var staleErrors =
        List.of(new SectionError(Section.GPU, SectionError.Kind.STALE, "host d: silent for 12 s"));

    var json =
        parseTree(FrameJson.of("fleet", SAMPLED_AT, frames, staleErrors, SectionSelection.DEFAULT));

    assertThat(json.get("hostname").asText()).isEqualTo("fleet");
    assertThat(json.get("gpus").findValuesAsText("hostname")).containsExactly("a", "c");
    assertThat(json.get("errors").toString())
        .isEqualTo(
            "[{\"kind\":\"stale\",\"message\":\"host d: silent for 12 s\",\"section\":\"gpu\"}]");
  }

  @Test
  void ofHost_simulatedFrame_hasTheSimulatedKey() throws IOException {
    var template = FrameTestData.header("a", 1);
    var header =
        new FrameHeader(
            "a",
            template.clientId(),
            1,
            1,
            template.sampledAt(),
            template.interval(),
            true,
            template.summary());

    var json =
        parseTree(
            FrameJson.ofHost(new EncodedFrame(header, Map.of(), List.of()), SectionSelection.ALL));

    assertThat(json.get("simulated").asBoolean()).isTrue();
  }

  @Test
  void readings_receivedSections_equalTheEncodedOnesAndAreDecodedOnce() {
    for (var readings :
        List.of(FrameTestData.readings("gpu-01"), FrameTestData.extendedReadings("gpu-01"))) {
      var sent =
          EncodedFrame.of(
              FrameTestData.header("gpu-01", 1), readings, EnumSet.allOf(Section.class), List.of());
      var received = new EncodedFrame(sent.header(), sent.sections(), List.of());

      assertThat(received.readings()).isEqualTo(readings).isSameAs(received.readings());
    }
  }

  @Test
  void isNewerThan_restartedCollector_isNewerDespiteASmallerSequence() {
    var earlier = FrameTestData.header("a", 900);
    var later =
        new FrameHeader(
            "a",
            earlier.clientId(),
            earlier.bootId() + 1,
            1,
            SAMPLED_AT,
            earlier.interval(),
            false,
            earlier.summary());

    assertThat(later.isNewerThan(earlier)).isTrue();
    assertThat(earlier.isNewerThan(later)).isFalse();
    assertThat(earlier.isNewerThan(earlier)).isFalse();
  }

  private static JsonNode parseTree(byte[] json) throws IOException {
    return new ObjectMapper().readTree(json);
  }

  private static String readGolden(String name) throws IOException {
    try (var file = FrameJsonTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8).strip();
    }
  }
}
