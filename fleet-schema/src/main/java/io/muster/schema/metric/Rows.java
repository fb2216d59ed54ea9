package io.muster.schema.metric;

import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import io.muster.schema.host.Storage;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** How one family is read from a host: the extractor column of the metric table. */
@FunctionalInterface
interface Rows {
  void emit(HostScrape host, Exposition.Family family);

  static Rows gpu(Function<Gpu, OptionalDouble> reading) {
    return eachGpu((gpu, family) -> family.sample(gpu.labels(), reading.apply(gpu.subject())));
  }

  static Rows gpuLong(Function<Gpu, OptionalLong> reading) {
    return gpu(gpu -> asDouble(reading.apply(gpu)));
  }

  static Rows gpuInt(Function<Gpu, OptionalInt> reading) {
    return gpu(gpu -> asDouble(reading.apply(gpu)));
  }

  /** A number that the vendor detail holds as text under this key. */
  static Rows gpuDetail(String key) {
    return gpu(
        gpu ->
            HostScrape.number(gpu.detail(), key)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty()));
  }

  static Rows eachGpu(BiConsumer<HostScrape.Labelled<Gpu>, Exposition.Family> emit) {
    return (host, family) -> host.gpus().forEach(gpu -> emit.accept(gpu, family));
  }

  static Rows cpu(Function<Cpu, OptionalDouble> reading) {
    return eachCpu((cpu, family) -> family.sample(cpu.labels(), reading.apply(cpu.subject())));
  }

  static Rows cpuCount(ToLongFunction<Cpu> count) {
    return eachCpu((cpu, family) -> family.sample(cpu.labels(), count.applyAsLong(cpu.subject())));
  }

  static Rows eachCpu(BiConsumer<HostScrape.Labelled<Cpu>, Exposition.Family> emit) {
    return (host, family) -> host.cpus().forEach(cpu -> emit.accept(cpu, family));
  }

  static Rows memory(ToDoubleFunction<Memory> reading) {
    return (host, family) ->
        host.memory().forEach(m -> family.sample(m.labels(), reading.applyAsDouble(m.subject())));
  }

  /** Memory families that stand only where the number is above zero. */
  static Rows memoryAboveZero(ToLongFunction<Memory> reading, ToLongFunction<Memory> condition) {
    return (host, family) ->
        host.memory().stream()
            .filter(m -> condition.applyAsLong(m.subject()) > 0)
            .forEach(m -> family.sample(m.labels(), reading.applyAsLong(m.subject())));
  }

  static Rows disk(ToLongFunction<Storage> reading) {
    return (host, family) ->
        host.readings()
            .storage()
            .forEach(disk -> family.sample(diskLabels(disk), reading.applyAsLong(disk)));
  }

  static Rows chassis(Function<Chassis, OptionalDouble> reading) {
    return eachChassis(
        (chassis, family) -> family.sample(chassisLabels(chassis), reading.apply(chassis)));
  }

  static Rows eachChassis(BiConsumer<Chassis, Exposition.Family> emit) {
    return (host, family) ->
        host.readings().chassis().forEach(chassis -> emit.accept(chassis, family));
  }

  static LabelSet chassisLabels(Chassis chassis) {
    return LabelSet.of("hostname", chassis.hostname(), "instance", chassis.instance());
  }

  static OptionalDouble asDouble(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
  }

  private static OptionalDouble asDouble(OptionalLong value) {
    return value.isPresent()
        ? OptionalDouble.of((double) value.getAsLong())
        : OptionalDouble.empty();
  }

  private static LabelSet diskLabels(Storage disk) {
    return LabelSet.of(
        "instance",
        disk.hostname(),
        "mount_point",
        disk.mountPoint(),
        "index",
        Integer.toString(disk.index()));
  }
}
