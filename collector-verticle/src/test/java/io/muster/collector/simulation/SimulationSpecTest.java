package io.muster.collector.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationSpecTest {
  @ParameterizedTest
  @CsvSource({
    "4x8xH100, 4, 8, H100",
    "1x0xh200, 1, 0, H200",
    "10000x64xL40S, 10000, 64, L40S",
    "00004x08xb200, 4, 8, B200"
  })
  void parse_validText_isAccepted(String text, int hosts, int gpus, SimulatedGpuModel model) {
    assertThat(SimulationSpec.parse(text)).contains(new SimulationSpec(hosts, gpus, model));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "4x8",
        "4x8x",
        "x8xH100",
        "0x8xH100",
        "10001x8xH100",
        "99999x8xH100",
        "999999999999x8xH100",
        "4x65xH100",
        "4x100xH100",
        "-1x8xH100",
        "4x-8xH100",
        "4x8xH101",
        "4X8XH100",
        " 4x8xH100",
        "4x8xH100 ",
        "4x8xH100x2",
        "4.5x8xH100"
      })
  void parse_invalidText_isEmpty(String text) {
    assertThat(SimulationSpec.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SimulatedGpuModel.class)
  void expectedFormat_anyModel_containsModelAndBounds(SimulatedGpuModel model) {
    assertThat(SimulationSpec.expectedFormat())
        .contains(model.name())
        .contains("1 to 10000 hosts")
        .contains("0 to 64 GPUs");
  }

  @Test
  void new_outOfBounds_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SimulationSpec(0, 8, SimulatedGpuModel.H100))
        .withMessageStartingWith("0x8xH100: expected HOSTSxGPUSxMODEL");
  }

  @Test
  void seedOf_everyHostOfTheLargestFleet_differs() {
    var seeds =
        IntStream.range(0, 10_000)
            .mapToObj(host -> SimulationSpec.seedOf("sim-" + host))
            .collect(Collectors.toSet());

    assertThat(seeds).hasSize(10_000);
    assertThat(SimulationSpec.seedOf("sim-1")).isEqualTo(SimulationSpec.seedOf("sim-1"));
  }
}
