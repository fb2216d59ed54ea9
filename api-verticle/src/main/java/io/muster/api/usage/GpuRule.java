package io.muster.api.usage;

import io.muster.schema.inspection.GpuVitals;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** Which GPU the three plain GPU numbers of an update speak of, where a host has several. */
public enum GpuRule {
  /** The first one in the order of the driver. */
  FIRST,
  /** The busiest one; memory is the sum over all. */
  MAX,
  /** The mean over all; memory is the sum over all. */
  MEAN;

  /** The rule of this name, which is in lower case. */
  static Optional<GpuRule> of(String name) {
    return Arrays.stream(values())
        .filter(rule -> rule.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /**
   * The numbers of the GPUs that this rule looks at; one that does not tell a number counts for
   * nothing in it.
   */
  Load load(List<GpuVitals> gpus) {
    var loads = gpus.stream().map(Load::of).toList();
    return switch (this) {
      case FIRST -> loads.isEmpty() ? Load.NONE : loads.get(0).orNoneWithoutPercent();
      case MAX -> Load.sum(loads, percents(loads).max());
      case MEAN -> Load.sum(loads, percents(loads).average());
    };
  }

  private static DoubleStream percents(List<Load> loads) {
    return loads.stream().map(Load::percent).flatMapToDouble(OptionalDouble::stream);
  }

  /**
   * What is used of one GPU, or of several taken together.
   *
   * @param percent share of the time with work running, 0..100
   * @param memory both of its numbers, or neither
   */
  record Load(OptionalDouble percent, Optional<Memory> memory) {
    private static final Load NONE = new Load(OptionalDouble.empty(), Optional.empty());

    static Load of(GpuVitals gpu) {
      var percent =
          gpu.utilizationPercent().stream()
              .filter(Double::isFinite)
              .map(Decimal::clampedPercent)
              .findFirst();
      return new Load(percent, Memory.of(gpu));
    }

    OptionalInt wholePercent() {
      return percent.isPresent()
          ? OptionalInt.of((int) Math.round(percent.getAsDouble()))
          : OptionalInt.empty();
    }

    OptionalLong usedMemoryMb() {
      return memory.stream().mapToLong(held -> Decimal.mebibytes(held.usedBytes())).findFirst();
    }

    OptionalLong totalMemoryMb() {
      return memory.stream().mapToLong(held -> Decimal.mebibytes(held.totalBytes())).findFirst();
    }

    private static Load sum(List<Load> loads, OptionalDouble percent) {
      var memory = loads.stream().flatMap(load -> load.memory().stream()).reduce(Memory::plus);
      return new Load(percent, memory).orNoneWithoutPercent();
    }

    /** Memory alone would look like an idle GPU to who reads only that. */
    private Load orNoneWithoutPercent() {
      return percent.isPresent() ? this : NONE;
    }
  }

  /**
   * Memory of one GPU, or of several.
   *
   * @param usedBytes never more than there is
   */
  record Memory(long usedBytes, long totalBytes) {
    private static Optional<Memory> of(GpuVitals gpu) {
      if (gpu.usedMemoryBytes().isEmpty() || gpu.totalMemoryBytes().isEmpty()) {
        return Optional.empty();
      }
      var total = gpu.totalMemoryBytes().getAsLong();
      var used = Math.min(gpu.usedMemoryBytes().getAsLong(), total);
      return Optional.of(new Memory(used, total)).filter(memory -> total > 0);
    }

    private Memory plus(Memory other) {
      return new Memory(usedBytes + other.usedBytes, totalBytes + other.totalBytes);
    }
  }
}
