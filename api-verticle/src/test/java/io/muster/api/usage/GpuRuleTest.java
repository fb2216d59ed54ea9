package io.muster.api.usage;

import static io.muster.api.usage.TestVitals.gpu;
import static io.muster.api.usage.TestVitals.silentGpu;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.GpuVitals;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GpuRuleTest {
  private static final List<GpuVitals> THREE =
      List.of(gpu("A", 10, 1, 10), gpu("B", 95.5, 20, 200), gpu("C", 40, 300, 3000));

  @ParameterizedTest
  @CsvSource({"FIRST, 10, 1, 10", "MAX, 96, 321, 3210", "MEAN, 49, 321, 3210"})
  void load_severalGpus_isThatOfTheRule(GpuRule rule, int percent, long usedMb, long totalMb) {
    var load = rule.load(THREE);

    assertThat(load.wholePercent()).hasValue(percent);
    assertThat(load.usedMemoryMb()).hasValue(usedMb);
    assertThat(load.totalMemoryMb()).hasValue(totalMb);
  }

  @ParameterizedTest
  @EnumSource(GpuRule.class)
  void load_noGpu_isNothing(GpuRule rule) {
    assertNothing(rule.load(List.of()));
    assertNothing(rule.load(List.of(silentGpu("A"))));
  }

  @ParameterizedTest
  @EnumSource(GpuRule.class)
  void load_utilizationUnknown_tellsNoMemoryEither(GpuRule rule) {
    assertNothing(
        rule.load(
            List.of(someGpu(OptionalDouble.empty(), OptionalLong.of(1), OptionalLong.of(2)))));
    assertNothing(
        rule.load(
            List.of(
                someGpu(OptionalDouble.of(Double.NaN), OptionalLong.of(1), OptionalLong.of(2)))));
  }

  @ParameterizedTest
  @EnumSource(GpuRule.class)
  void load_memoryUnknown_tellsTheUtilizationAlone(GpuRule rule) {
    for (var memory : List.of(OptionalLong.empty(), OptionalLong.of(0))) {
      var load = rule.load(List.of(someGpu(OptionalDouble.of(7), OptionalLong.of(1), memory)));

      assertThat(load.wholePercent()).hasValue(7);
      assertThat(load.usedMemoryMb()).isEmpty();
      assertThat(load.totalMemoryMb()).isEmpty();
    }
  }

  @Test
  void load_oneOfSeveralIsLost_theFirstIsNothingAndTheOthersSpeakForAll() {
    var gpus = List.of(silentGpu("A"), gpu("B", 50, 1, 10), gpu("C", 100, 2, 20));

    assertNothing(GpuRule.FIRST.load(gpus));
    assertThat(GpuRule.MEAN.load(gpus).wholePercent()).hasValue(75);
    assertThat(GpuRule.MAX.load(gpus).totalMemoryMb()).hasValue(30);
  }

  @ParameterizedTest
  @CsvSource({"-3, 0", "0.4, 0", "0.5, 1", "99.5, 100", "104, 100"})
  void load_percent_isAWholeNumberOfZeroToAHundred(double told, int percent) {
    assertThat(GpuRule.FIRST.load(List.of(gpu("A", told, 1, 2))).wholePercent()).hasValue(percent);
  }

  @Test
  void load_moreUsedThanThereIs_isAllOfIt() {
    assertThat(GpuRule.FIRST.load(List.of(gpu("A", 1, 12, 10))).usedMemoryMb()).hasValue(10);
  }

  private static void assertNothing(GpuRule.Load load) {
    assertThat(load.wholePercent()).isEqualTo(OptionalInt.empty());
    assertThat(load.usedMemoryMb()).isEmpty();
    assertThat(load.totalMemoryMb()).isEmpty();
  }

  private static GpuVitals someGpu(OptionalDouble percent, OptionalLong used, OptionalLong total) {
    return new GpuVitals("A", percent, used, total, OptionalDouble.empty(), OptionalDouble.empty());
  }
}
