package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import io.muster.schema.json.WireJson;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MetricsReplyTest {
  @Test
  void of_everythingKnown_isTheTextOfTheAgentWithTheKeysOfTheDocument() {
    assertThat(json(SocktopFixture.VITALS))
        .isEqualTo(
            """
            {"sampled_at_ms":1795193300404,"cpu_total":12.46,"cpu_per_core":[11.2,0.0],\
            "mem_total":33554432,"mem_used":18321408,"swap_total":1024,"swap_used":512,\
            "hostname":"gpu07","cpu_temp_c":42.5,"disks":[],"networks":[\
            {"name":"lo","received":12,"transmitted":12},\
            {"name":"eth0","received":3,"transmitted":4}],"top_processes":[],"gpus":[\
            {"name":"NVIDIA H100","utilization_gpu_pct":57,"mem_used_bytes":1073741824,\
            "mem_total_bytes":8589934592,"usage":56.7,"memory_total":8589934592,\
            "memory_used":1073741824,"temp_c":65.0},\
            {"name":"NVIDIA H100","temp_c":65.0}]}\
            """);
  }

  @Test
  void of_noGpu_isNullAsFromTheAgent() {
    assertThat(json(SocktopFixture.vitals(1, 0, List.of())))
        .endsWith("\"top_processes\":[],\"gpus\":null}");
  }

  @Test
  void of_valuesOutOfBounds_areClamped() {
    var gpu = SocktopFixture.gpu(OptionalDouble.of(250), OptionalLong.of(9), OptionalLong.of(8));

    assertThat(json(SocktopFixture.vitals(10, 11, List.of(gpu))))
        .contains("\"cpu_total\":0.0,\"cpu_per_core\":[0.0,100.0]")
        .contains("\"mem_total\":10,\"mem_used\":10,\"swap_total\":10,\"swap_used\":10")
        .contains("\"cpu_temp_c\":null")
        .contains("\"received\":0,\"transmitted\":0")
        .contains("\"utilization_gpu_pct\":100,\"mem_used_bytes\":8,\"mem_total_bytes\":8")
        .contains("\"memory_total\":8,\"memory_used\":8");
    assertThat(json(SocktopFixture.vitals(-10, 11, List.of())))
        .contains("\"mem_total\":0,\"mem_used\":0,\"swap_total\":0,\"swap_used\":0");
  }

  @Test
  void of_gpuMemoryPartlyUnknown_omitsBothValues() {
    for (var gpu :
        List.of(
            gpu(OptionalLong.of(5), OptionalLong.empty()),
            gpu(OptionalLong.of(0), OptionalLong.of(0)),
            gpu(OptionalLong.empty(), OptionalLong.of(8)))) {
      assertThat(json(SocktopFixture.vitals(1, 0, List.of(gpu))))
          .doesNotContain("mem_used_", "memory_");
    }
  }

  @Test
  void of_coldCpu_isBelowZero() {
    var cold =
        new Vitals(
            1,
            new CpuVitals("", OptionalDouble.empty(), List.of(), OptionalDouble.of(-4.254)),
            new MemoryVitals(0, 0, 0, 0),
            List.of(),
            List.of());

    assertThat(json(cold)).contains("\"cpu_total\":0.0").contains("\"cpu_temp_c\":-4.25,");
  }

  private static GpuVitals gpu(OptionalLong used, OptionalLong total) {
    return SocktopFixture.gpu(OptionalDouble.empty(), used, total);
  }

  private static String json(Vitals vitals) {
    return new String(WireJson.bytes(MetricsReply.of("gpu07", vitals)), UTF_8);
  }
}
