package io.muster.api.usage;

import static io.muster.api.usage.VitalsFixture.gpu;
import static io.muster.api.usage.VitalsFixture.gpuWithoutReadings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.GpuVitals;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageSampleTest {
  private static final String HOST = "gpu-server-01";

  @Test
  void messages_twoGpus_areThoseOfTheDocumentThenTheAdditions() {
    var sample =
        sample(
            VitalsFixture.of()
                .gpus(
                    gpu("NVIDIA GeForce RTX 3090", 87.4, 18_432, 24_576),
                    gpu("NVIDIA GeForce RTX 3080", 12.5, 100, 10_240)));

    assertThat(sample.systemBuffer().toString(UTF_8))
        .isEqualTo(
            """
            {"type":"system_info","cpu_count":16,\
            "cpu_model":"AMD Ryzen 9 5950X 16-Core Processor","ram_total_mb":32768,"gpu_count":2,\
            "gpus":[{"index":0,"name":"NVIDIA GeForce RTX 3090","memory_mb":24576},\
            {"index":1,"name":"NVIDIA GeForce RTX 3080","memory_mb":10240}],\
            "hostname":"gpu-server-01","timestamp":1678901244,"host":"gpu-server-01"}\
            """);
    assertThat(sample.updateBuffer().toString(UTF_8))
        .isEqualTo(
            """
            {"type":"usage_update","cpu_percent":45.3,"ram_percent":62.8,"ram_used_mb":20582,\
            "ram_total_mb":32768,"gpu_percent":87,"gpu_mem_used_mb":18432,\
            "gpu_mem_total_mb":24576,"timestamp":1678901244,"host":"gpu-server-01",\
            "gpus":[{"index":0,"gpu_percent":87,"mem_used_mb":18432,"mem_total_mb":24576,\
            "temp_c":61.0,"power_w":318.3},\
            {"index":1,"gpu_percent":13,"mem_used_mb":100,"mem_total_mb":10240,\
            "temp_c":61.0,"power_w":318.3}]}\
            """);
  }

  @Test
  void messages_noGpu_haveNoGpuKeys() {
    var sample = sample(VitalsFixture.of());

    assertThat(sample.systemBuffer().toString(UTF_8)).contains("\"gpu_count\":0,\"gpus\":[],");
    assertThat(sample.updateBuffer().toString(UTF_8))
        .isEqualTo(
            """
            {"type":"usage_update","cpu_percent":45.3,"ram_percent":62.8,"ram_used_mb":20582,\
            "ram_total_mb":32768,"timestamp":1678901244,"host":"gpu-server-01"}\
            """);
  }

  @Test
  void messages_gpuWithoutReadings_isListedWithoutNumbers() {
    var sample = sample(VitalsFixture.of().gpus(gpuWithoutReadings("A")));

    assertThat(sample.systemBuffer().toString(UTF_8))
        .contains("\"gpu_count\":1,\"gpus\":[{\"index\":0,\"name\":\"A\"}],");
    assertThat(sample.updateBuffer().toString(UTF_8))
        .contains("\"gpus\":[{\"index\":0}]")
        .doesNotContain("gpu_percent", "mem_", "null");
  }

  @Test
  void messages_modelUnknown_isUnknown() {
    assertThat(sample(VitalsFixture.of().cpuModel(" ")).systemBuffer().toString(UTF_8))
        .contains("\"cpu_model\":\"Unknown\",");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "0.04, 0.0",
    "0.05, 0.1",
    "62.85, 62.9",
    "62.849, 62.8",
    "99.95, 100.0",
    "100.4, 100.0",
    "-1, 0.0",
    "1e-9, 0.0"
  })
  void cpuPercent_anyValue_isClampedAndRoundedHalfUpToOneDecimal(
      double reportedPercent, String written) {
    var vitals = VitalsFixture.of().cpuPercent(OptionalDouble.of(reportedPercent));

    assertThat(sample(vitals).updateBuffer().toString(UTF_8))
        .contains("\"cpu_percent\":" + written + ",");
  }

  @ParameterizedTest
  @CsvSource({
    "1048575, 1099511627776, 0, 1048576, 0.0",
    "1048576, 1099511627776, 1, 1048576, 0.0",
    "9999999999, 8589934592, 8192, 8192, 100.0",
    "4294967296, 8589934592, 4096, 8192, 50.0",
    "-5, 8589934592, 0, 8192, 0.0"
  })
  void memory_anyBytes_isWholeMebibytesWithMatchingPercent(
      long usedBytes, long totalBytes, long usedMb, long totalMb, String percent) {
    assertThat(
            sample(VitalsFixture.of().memory(usedBytes, totalBytes)).updateBuffer().toString(UTF_8))
        .contains(
            "\"ram_percent\":%s,\"ram_used_mb\":%d,\"ram_total_mb\":%d,"
                .formatted(percent, usedMb, totalMb));
  }

  @Test
  void timestamp_anyInstant_isTheCollectionTimeInWholeSeconds() {
    var sample = sample(VitalsFixture.of().at(Instant.ofEpochMilli(1_700_000_000_999L)));

    assertThat(sample.systemBuffer().toString(UTF_8)).contains("\"timestamp\":1700000000,");
    assertThat(sample.updateBuffer().toString(UTF_8)).contains("\"timestamp\":1700000000,");
    assertThat(sample.atSeconds()).isEqualTo(1_700_000_000);
  }

  /** A page prints the values of an update without checks. */
  @Property
  void update_anyNumbers_isSafeForAPage(
      @ForAll double cpuPercent,
      @ForAll long usedBytes,
      @ForAll long totalBytes,
      @ForAll("gpus") List<GpuVitals> gpus) {
    var vitals =
        VitalsFixture.of()
            .cpuPercent(OptionalDouble.of(Double.isFinite(cpuPercent) ? cpuPercent : 1))
            .memory(usedBytes, Math.max(1, totalBytes))
            .gpus(gpus.toArray(GpuVitals[]::new));
    for (var aggregation : GpuAggregation.values()) {
      var text = UsageSample.of(HOST, vitals.build(), aggregation).updateBuffer().toString(UTF_8);

      assertThat(text).doesNotContain("null", "NaN", "Infinity").doesNotContainPattern("[0-9][eE]");
      var update = new JsonObject(text);
      assertThat(update.getDouble("cpu_percent")).isBetween(0.0, 100.0);
      assertThat(update.getDouble("ram_percent")).isBetween(0.0, 100.0);
      assertThat(update.getLong("ram_used_mb")).isBetween(0L, update.getLong("ram_total_mb"));
      assertThat(update.getInteger("gpu_percent", 0)).isBetween(0, 100);
      assertGpuKeysAreTogether(update.getMap());
    }
  }

  private static void assertGpuKeysAreTogether(Map<String, Object> update) {
    assertThat(update.containsKey("gpu_mem_used_mb"))
        .isEqualTo(update.containsKey("gpu_mem_total_mb"));
    if (!update.containsKey("gpu_percent")) {
      assertThat(update).doesNotContainKey("gpu_mem_used_mb");
    }
  }

  @Provide
  Arbitrary<List<GpuVitals>> gpus() {
    var number =
        Arbitraries.oneOf(
                Arbitraries.doubles(), Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY))
            .injectNull(0.3)
            .map(value -> value == null ? OptionalDouble.empty() : OptionalDouble.of(value));
    var bytes =
        Arbitraries.longs()
            .injectNull(0.3)
            .map(value -> value == null ? OptionalLong.empty() : OptionalLong.of(value));
    return Combinators.combine(number, bytes, bytes, number, number)
        .as(
            (percent, used, total, celsius, watts) ->
                new GpuVitals("G", percent, used, total, celsius, watts))
        .list()
        .ofMaxSize(4);
  }

  private static UsageSample sample(VitalsFixture vitals) {
    return UsageSample.of(HOST, vitals.build(), GpuAggregation.FIRST);
  }
}
