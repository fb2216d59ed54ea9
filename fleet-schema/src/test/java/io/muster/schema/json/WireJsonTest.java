package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireJsonTest {
  record TestRecord(
      double someRatio,
      OptionalInt aCount,
      Optional<String> name,
      OptionalDouble watts,
      OptionalLong bytes) {}

  record TestLabels(String name, List<String> tags) {}

  @Test
  void bytes_emptyComponents_areNull() {
    var value =
        new TestRecord(
            45,
            OptionalInt.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty());

    assertThat(new String(WireJson.bytes(value), UTF_8))
        .isEqualTo(
            "{\"a_count\":null,\"bytes\":null,\"name\":null,\"some_ratio\":45.0,\"watts\":null}");
  }

  @Test
  void read_absentAndNull_areEmpty() {
    var json = "{\"bytes\":null,\"name\":null,\"some_ratio\":1,\"added_later\":[]}";

    assertThat(WireJson.read(json.getBytes(UTF_8), TestRecord.class))
        .isEqualTo(
            new TestRecord(
                1,
                OptionalInt.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty()));
  }

  @Test
  void bytes_notFinite_isNull() {
    var value =
        new TestRecord(
            Double.NaN,
            OptionalInt.of(1),
            Optional.of("x"),
            OptionalDouble.of(Double.POSITIVE_INFINITY),
            OptionalLong.of(2));

    assertThat(new String(WireJson.bytes(value), UTF_8))
        .isEqualTo("{\"a_count\":1,\"bytes\":2,\"name\":\"x\",\"some_ratio\":null,\"watts\":null}");
  }

  @Test
  void read_wrongType_namesTheValue() {
    assertThatThrownBy(
            () -> WireJson.read("{\"some_ratio\":\"much\"}".getBytes(UTF_8), TestRecord.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("much");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"name\":null}",
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"tags\":[null]}",
        "\u0000\u0000{\u0000",
        "\u0000\u0000\u0000{\u0000\u0000\uFFFF"
      })
  void read_missingValue_isRejected(String json) {
    assertThatThrownBy(() -> WireJson.read(json.getBytes(UTF_8), TestLabels.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1.5E10, 15000000000.0, 15000000000",
    "45, 45.0, 45",
    "0.0001, 0.00010, 0.00010",
    "1e-9, 0.0000000010, 0.0000000010",
    "412.337, 412.337, 412.337",
    "-0.5, -0.5, -0.5"
  })
  void plainDecimal_anyNumber_hasNoExponent(double value, String withFraction, String shortest) {
    assertThat(PlainDecimal.withFraction(value)).isEqualTo(withFraction);
    assertThat(PlainDecimal.shortest(value)).isEqualTo(shortest);
  }

  @Test
  void wireTime_anyInstant_isFormattedInThreeWays() {
    var instant = Instant.parse("2026-04-20T12:34:56.7Z");

    assertThat(WireTime.utcSeconds(instant)).isEqualTo("2026-04-20T12:34:56Z");
    assertThat(WireTime.utcMicros(instant)).isEqualTo("2026-04-20T12:34:56.700000Z");
    assertThat(WireTime.localSeconds(instant, ZoneOffset.ofHours(9)))
        .isEqualTo("2026-04-20 21:34:56");
  }
}
