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
  private static final Instant AT = Instant.parse("2026-08-08T12:34:56.789Z");

  @Test
  void ofHost_everySection_matchesTheGoldenFile() throws IOException {
    var json = FrameJson.ofHost(SampleFrames.full("gpu-01", 1), Include.ALL);

    assertThat(new String(WireJson.pretty(json), UTF_8)).isEqualTo(golden("frame.json"));
  }

  @Test
  void ofHost_keysThatAllSmiDoesNotHave_matchTheGoldenFile() throws IOException {
    var extended =
        EncodedFrame.of(
            SampleFrames.head("gpu-01", 1),
            SampleFrames.extended("gpu-01"),
            EnumSet.of(Section.CHASSIS, Section.CPU, Section.GPU),
            List.of());

    var json = FrameJson.ofHost(extended, Include.ALL);

    assertThat(new String(WireJson.pretty(json), UTF_8)).isEqualTo(golden("frame-extended.json"));
  }

  @Test
  void ofHost_keysThatAllSmiDoesNotHave_comeOnTopOfTheDocumentedOnes() throws IOException {
    var extended = tree(WireJson.bytes(SampleFrames.extended("gpu-01").gpus().get(0)));

    ((ObjectNode) extended).remove(List.of("energy_consumed_joules", "mig"));

    assertThat(extended).isEqualTo(tree(WireJson.bytes(SampleFrames.gpu("gpu-01"))));
  }

  @Test
  void ofHost_deviceWithoutReadings_writesTheSentinels() throws IOException {
    var json = new String(WireJson.bytes(SampleFrames.silentGpu("gpu-01")), UTF_8);

    assertThat(new String(WireJson.pretty(json.getBytes(UTF_8)), UTF_8))
        .isEqualTo(golden("silent-gpu.json"));
    assertThat(json).doesNotContain("\n");
  }

  @Test
  void ofHost_defaultInclude_leavesOutProcessesAndStorage() throws IOException {
    var frame = tree(FrameJson.ofHost(SampleFrames.full("gpu-01", 1), Include.DEFAULT));

    assertThat(frame.fieldNames())
        .toIterable()
        .containsExactly("chassis", "cpus", "gpus", "hostname", "memory", "schema", "timestamp");
  }

  @Test
  void ofHost_sectionWithoutDevices_isAnEmptyArrayAndNotAbsent() throws IOException {
    var frame =
        new EncodedFrame(
            SampleFrames.head("a", 1), Map.of(Section.GPU, "[]".getBytes(UTF_8)), List.of());

    var json = tree(FrameJson.ofHost(frame, Include.ALL));

    assertThat(json.get("gpus")).isEmpty();
    assertThat(json.has("cpus")).isFalse();
  }

  @Test
  void of_severalHosts_concatenatesTheirSectionsInOrder() throws IOException {
    var none =
        new EncodedFrame(
            SampleFrames.head("b", 1), Map.of(Section.GPU, "[]".getBytes(UTF_8)), List.of());
    var frames = List.of(SampleFrames.full("a", 1), none, SampleFrames.full("c", 1));
    var stale =
        List.of(new SectionError(Section.GPU, SectionError.Kind.STALE, "host d: silent for 12 s"));

    var json = tree(FrameJson.of("fleet", AT, frames, stale, Include.DEFAULT));

    assertThat(json.get("hostname").asText()).isEqualTo("fleet");
    assertThat(json.get("gpus").findValuesAsText("hostname")).containsExactly("a", "c");
    assertThat(json.get("errors").toString())
        .isEqualTo(
            "[{\"kind\":\"stale\",\"message\":\"host d: silent for 12 s\",\"section\":\"gpu\"}]");
  }

  @Test
  void ofHost_simulatedFrame_saysSo() throws IOException {
    var real = SampleFrames.head("a", 1);
    var head =
        new FrameHead(
            "a", real.clientId(), 1, 1, real.at(), real.interval(), true, real.headline());

    var json = tree(FrameJson.ofHost(new EncodedFrame(head, Map.of(), List.of()), Include.ALL));

    assertThat(json.get("simulated").asBoolean()).isTrue();
  }

  @Test
  void readings_ofSectionsFromTheBus_equalWhatWasEncodedAndAreDecodedOnce() {
    for (var readings : List.of(SampleFrames.readings("gpu-01"), SampleFrames.extended("gpu-01"))) {
      var sent =
          EncodedFrame.of(
              SampleFrames.head("gpu-01", 1), readings, EnumSet.allOf(Section.class), List.of());
      var received = new EncodedFrame(sent.head(), sent.sections(), List.of());

      assertThat(received.readings()).isEqualTo(readings).isSameAs(received.readings());
    }
  }

  @Test
  void isNewerThan_restartedCollector_countsFromOneAgain() {
    var before = SampleFrames.head("a", 900);
    var after =
        new FrameHead(
            "a",
            before.clientId(),
            before.bootId() + 1,
            1,
            AT,
            before.interval(),
            false,
            before.headline());

    assertThat(after.isNewerThan(before)).isTrue();
    assertThat(before.isNewerThan(after)).isFalse();
    assertThat(before.isNewerThan(before)).isFalse();
  }

  private static JsonNode tree(byte[] json) throws IOException {
    return new ObjectMapper().readTree(json);
  }

  private static String golden(String name) throws IOException {
    try (var file = FrameJsonTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(file).as(name).isNotNull();
      return new String(file.readAllBytes(), UTF_8).strip();
    }
  }
}
