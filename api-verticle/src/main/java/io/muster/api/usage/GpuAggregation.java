package io.muster.api.usage;

import io.muster.schema.inspection.GpuVitals;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** The aggregation of several GPUs into the three top-level GPU values of an update. */
public enum GpuAggregation {
  /** The first GPU in the order of the driver. */
  FIRST,
  /** The utilization of the busiest GPU; memory is the sum over all. */
  MAX,
  /** The mean utilization; memory is the sum over all. */
  MEAN;

  /** Aggregates the GPUs; a GPU that does not report a value does not contribute to it. */
  GpuUsage aggregate(List<GpuVitals> gpus) {
    var usages = gpus.stream().map(GpuUsage::of).toList();
    return switch (this) {
      case FIRST -> usages.isEmpty() ? GpuUsage.NONE : usages.get(0).orNoneIfPercentMissing();
      case MAX -> GpuUsage.withTotalMemory(usages, percents(usages).max());
      case MEAN -> GpuUsage.withTotalMemory(usages, percents(usages).average());
    };
  }

  private static DoubleStream percents(List<GpuUsage> usages) {
    return usages.stream().map(GpuUsage::percent).flatMapToDouble(OptionalDouble::stream);
  }

  /**
   * The usage of one GPU, or of several aggregated.
   *
   * @param percent share of time with work running, 0..100
   * @param memory used and total memory; empty unless both are reported
   */
  record GpuUsage(OptionalDouble percent, Optional<GpuMemory> memory) {
    private static final GpuUsage NONE = new GpuUsage(OptionalDouble.empty(), Optional.empty());

    static GpuUsage of(GpuVitals gpu) {
      var percent =
          gpu.utilizationPercent().stream()
              .filter(Double::isFinite)
              .map(UsageValues::clampedPercent)
              .findFirst();
      return new GpuUsage(percent, GpuMemory.of(gpu));
    }

    OptionalInt wholePercent() {
      return percent.isPresent()
          ? OptionalInt.of((int) Math.round(percent.getAsDouble()))
          : OptionalInt.empty();
    }

    OptionalLong usedMemoryMb() {
      return memory.stream()
          .mapToLong(gpuMemory -> UsageValues.mebibytes(gpuMemory.usedBytes()))
          .findFirst();
    }

    OptionalLong totalMemoryMb() {
      return memory.stream()
          .mapToLong(gpuMemory -> UsageValues.mebibytes(gpuMemory.totalBytes()))
          .findFirst();
    }

    private static GpuUsage withTotalMemory(List<GpuUsage> usages, OptionalDouble percent) {
      var memory =
          usages.stream().flatMap(usage -> usage.memory().stream()).reduce(GpuMemory::plus);
      return new GpuUsage(percent, memory).orNoneIfPercentMissing();
    }

    /** Memory without a percentage would look like an idle GPU. */
    private GpuUsage orNoneIfPercentMissing() {
      return percent.isPresent() ? this : NONE;
    }
  }

  /**
   * Memory of one GPU, or of several.
   *
   * @param usedBytes at most the total
   */
  record GpuMemory(long usedBytes, long totalBytes) {
    private static Optional<GpuMemory> of(GpuVitals gpu) {
      if (gpu.usedMemoryBytes().isEmpty() || gpu.totalMemoryBytes().isEmpty()) {
        return Optional.empty();
      }
      var total = gpu.totalMemoryBytes().getAsLong();
      var used = Math.min(gpu.usedMemoryBytes().getAsLong(), total);
      return Optional.of(new GpuMemory(used, total)).filter(memory -> total > 0);
    }

    private GpuMemory plus(GpuMemory other) {
      return new GpuMemory(usedBytes + other.usedBytes, totalBytes + other.totalBytes);
    }
  }
}
