package io.muster.api.usage;

import static io.muster.api.usage.VitalsFixture.gpu;
import static io.muster.api.usage.VitalsFixture.gpuWithoutReadings;
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

class GpuAggregationTest {
  private static final List<GpuVitals> THREE =
      List.of(gpu("A", 10, 1, 10), gpu("B", 95.5, 20, 200), gpu("C", 40, 300, 3000));

  @ParameterizedTest
  @CsvSource({"FIRST, 10, 1, 10", "MAX, 96, 321, 3210", "MEAN, 49, 321, 3210"})
  void aggregate_severalGpus_followsTheAggregation(
      GpuAggregation aggregation, int percent, long usedMb, long totalMb) {
    var usage = aggregation.aggregate(THREE);

    assertThat(usage.wholePercent()).hasValue(percent);
    assertThat(usage.usedMemoryMb()).hasValue(usedMb);
    assertThat(usage.totalMemoryMb()).hasValue(totalMb);
  }

  @ParameterizedTest
  @EnumSource(GpuAggregation.class)
  void aggregate_noGpu_isEmpty(GpuAggregation aggregation) {
    assertEmpty(aggregation.aggregate(List.of()));
    assertEmpty(aggregation.aggregate(List.of(gpuWithoutReadings("A"))));
  }

  @ParameterizedTest
  @EnumSource(GpuAggregation.class)
  void aggregate_utilizationUnknown_hasNoMemory(GpuAggregation aggregation) {
    assertEmpty(
        aggregation.aggregate(
            List.of(someGpu(OptionalDouble.empty(), OptionalLong.of(1), OptionalLong.of(2)))));
    assertEmpty(
        aggregation.aggregate(
            List.of(
                someGpu(OptionalDouble.of(Double.NaN), OptionalLong.of(1), OptionalLong.of(2)))));
  }

  @ParameterizedTest
  @EnumSource(GpuAggregation.class)
  void aggregate_memoryUnknown_hasOnlyTheUtilization(GpuAggregation aggregation) {
    for (var memory : List.of(OptionalLong.empty(), OptionalLong.of(0))) {
      var usage =
          aggregation.aggregate(List.of(someGpu(OptionalDouble.of(7), OptionalLong.of(1), memory)));

      assertThat(usage.wholePercent()).hasValue(7);
      assertThat(usage.usedMemoryMb()).isEmpty();
      assertThat(usage.totalMemoryMb()).isEmpty();
    }
  }

  @Test
  void aggregate_firstGpuWithoutReadings_isEmptyForFirstOnly() {
    var gpus = List.of(gpuWithoutReadings("A"), gpu("B", 50, 1, 10), gpu("C", 100, 2, 20));

    assertEmpty(GpuAggregation.FIRST.aggregate(gpus));
    assertThat(GpuAggregation.MEAN.aggregate(gpus).wholePercent()).hasValue(75);
    assertThat(GpuAggregation.MAX.aggregate(gpus).totalMemoryMb()).hasValue(30);
  }

  @ParameterizedTest
  @CsvSource({"-3, 0", "0.4, 0", "0.5, 1", "99.5, 100", "104, 100"})
  void aggregate_percent_isAWholeNumberFromZeroToHundred(double reportedPercent, int percent) {
    assertThat(
            GpuAggregation.FIRST.aggregate(List.of(gpu("A", reportedPercent, 1, 2))).wholePercent())
        .hasValue(percent);
  }

  @Test
  void aggregate_moreUsedThanTotal_isTheTotal() {
    assertThat(GpuAggregation.FIRST.aggregate(List.of(gpu("A", 1, 12, 10))).usedMemoryMb())
        .hasValue(10);
  }

  private static void assertEmpty(GpuAggregation.GpuUsage usage) {
    assertThat(usage.wholePercent()).isEqualTo(OptionalInt.empty());
    assertThat(usage.usedMemoryMb()).isEmpty();
    assertThat(usage.totalMemoryMb()).isEmpty();
  }

  private static GpuVitals someGpu(OptionalDouble percent, OptionalLong used, OptionalLong total) {
    return new GpuVitals("A", percent, used, total, OptionalDouble.empty(), OptionalDouble.empty());
  }
}
