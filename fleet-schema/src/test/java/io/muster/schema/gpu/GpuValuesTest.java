package io.muster.schema.gpu;

import static io.muster.schema.gpu.GpuReading.ANE_UTILIZATION;
import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static io.muster.schema.gpu.GpuReading.PERFORMANCE_STATE;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.schema.json.Flat;
import io.muster.schema.json.WireJson;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GpuValuesTest {
  @ParameterizedTest
  @EnumSource
  void read_everyReadingWritten_isTheSameValue(GpuReading reading) {
    var values = GpuValues.builder().with(reading, 7).build();

    assertThat(read(json(values))).isEqualTo(values).hasToString("{" + reading.key() + "=7.0}");
  }

  @ParameterizedTest
  @CsvSource({
    "utilization, -1.0",
    "ane_utilization, 0.0",
    "temperature, 0",
    "performance_state, null",
    "energy_consumed_joules, null",
  })
  void read_numberThatStandsForAbsent_isAbsent(String key, String number) {
    assertThat(read("{\"" + key + "\":" + number + "}")).isEqualTo(GpuValues.NONE);
  }

  @Test
  void json_absentReading_hasTheFormOfItsRow() {
    assertThat(json(GpuValues.NONE))
        .contains("\"utilization\":-1.0", "\"ane_utilization\":0.0", "\"temperature\":0,")
        .contains("\"performance_state\":null")
        .doesNotContain("energy_consumed_joules");
  }

  @Test
  void json_number_isWholeOrHasAFraction() {
    var values =
        GpuValues.builder()
            .with(UTILIZATION, 45)
            .with(USED_MEMORY, (1L << 53) - 1)
            .with(ENERGY_CONSUMED_JOULES, 1.5e10)
            .build();

    assertThat(json(values))
        .contains("\"utilization\":45.0", "\"used_memory\":9007199254740991,")
        .contains("\"energy_consumed_joules\":15000000000.0");
    assertThat(json(GpuValues.builder().with(UTILIZATION, Double.POSITIVE_INFINITY).build()))
        .contains("\"utilization\":null");
  }

  @Test
  void read_unknownKeysAndFractions_areIgnored() {
    assertThat(read("{\"later\":[{}],\"temperature\":54.9,\"utilization\":3}"))
        .isEqualTo(GpuValues.builder().with(TEMPERATURE, 54).with(UTILIZATION, 3).build());
  }

  @ParameterizedTest
  @CsvSource({"'\"87\"'", "[87]", "true"})
  void read_notANumber_isRejected(String value) {
    assertThatThrownBy(() -> read("{\"utilization\":" + value + "}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void with_emptyValue_removesTheReading() {
    var busy = GpuValues.builder().with(UTILIZATION, 87).with(TEMPERATURE, 54).build();

    assertThat(busy.toBuilder().with(UTILIZATION, OptionalDouble.empty()).build())
        .isEqualTo(GpuValues.builder().with(TEMPERATURE, OptionalInt.of(54)).build());
    assertThat(busy.value(UTILIZATION)).hasValue(87);
    assertThat(busy.wholeValue(TEMPERATURE)).hasValue(54);
    assertThat(GpuValues.builder().with(PERFORMANCE_STATE, OptionalInt.empty()).build())
        .isEqualTo(GpuValues.builder().with(ANE_UTILIZATION, Optional.empty()).build())
        .isEqualTo(GpuValues.NONE)
        .hasSameHashCodeAs(GpuValues.NONE);
  }

  private static String json(GpuValues values) {
    return new String(WireJson.bytes(new Accelerator(values)), UTF_8);
  }

  private static GpuValues read(String json) {
    return WireJson.read(json.getBytes(UTF_8), Accelerator.class).values();
  }

  record Accelerator(@Flat GpuValues values) {}
}
