package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleLinesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "45, 45",
    "-3, -3",
    "412.337, 412.337",
    "-0.5, -0.5",
    "0.1, 0.1",
    "0.05, 0.05",
    "100.009, 100.009",
    "0.000125, 0.000125",
    "1234567.891, 1234567.891",
    "7.578558225508318, 7.578558225508318",
    "1.5E10, 15000000000",
    "1E15, 1000000000000000",
    "1.5E22, 15000000000000000000000",
    "1e-9, 0.0000000010",
    "999999999999.9995, 999999999999.9995",
  })
  void writeSample_anyDouble_isAPlainDecimal(double value, String text) {
    assertThat(formatValue(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void writeSample_notFinite_hasNoLine(double value) {
    var lines = new SampleLines();
    lines.writeSample(LabelSet.NONE, value);

    assertThat(lines.sizeBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 7, 10, -1, 99, 100, 9_007_199_254_740_991L, -9_007_199_254_740_991L, 1L << 53})
  void writeSample_wholeNumber_isExact(long value) {
    var lines = new SampleLines();
    lines.writeSample(LabelSet.NONE, (double) value);

    assertThat(new String(lines.bytes(), UTF_8)).isEqualTo("{} " + value + "\n");
  }

  @Test
  void writeSample_randomDecimals_parseBackAsTheSameDoubleInTheirShortestForm() {
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      var decimal =
          BigDecimal.valueOf(random.nextLong() >> random.nextInt(20, 63), random.nextInt(8));
      var value = decimal.doubleValue();
      var text = formatValue(value);

      assertThat(Double.parseDouble(text)).isEqualTo(value);
      if (decimal.precision() <= 15) {
        assertThat(new BigDecimal(text)).isEqualByComparingTo(decimal);
      }
    }
  }

  @Test
  void writeSample_manyLines_growsWithoutLosingAByte() {
    var lines = new SampleLines();
    lines.startFamily("f".getBytes(UTF_8));
    for (int i = 0; i < 20_000; i++) {
      lines.writeSample(LabelSet.NONE, i);
    }

    var text = new String(lines.bytes(), UTF_8).lines().toList();
    assertThat(text).hasSize(20_000).startsWith("f{} 0").endsWith("f{} 19999");
  }

  private static String formatValue(double value) {
    var lines = new SampleLines();
    lines.writeSample(LabelSet.NONE, value);
    var text = new String(lines.bytes(), UTF_8);
    assertThat(text).startsWith("{} ").endsWith("\n");
    return text.substring(3, text.length() - 1);
  }
}
