package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * How a GPU is partitioned. The mode is asked at each tick, and which instances there are; who they
 * are only when one is new. The driver does not tell the utilization of an instance.
 */
final class NvmlMig {
  private static final String MARK = " MIG ";

  private final Map<Integer, Instance> known = new HashMap<>();

  /** Empty if the GPU cannot be partitioned, or its driver does not know how. */
  Optional<Mig> read(NvmlDevice gpu) {
    return gpu.pair(NvmlFunction.MIG_MODE)
        .map(mode -> new Mig(mode.first(), mode.second(), instances(gpu, mode.first())));
  }

  private List<MigInstance> instances(NvmlDevice gpu, int mode) {
    int places = mode == 0 ? 0 : gpu.value(NvmlFunction.MAX_MIG_DEVICE_COUNT).orElse(0);
    known.keySet().removeIf(place -> place >= places);
    return IntStream.range(0, places)
        .mapToObj(place -> instance(gpu, place))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<MigInstance> instance(NvmlDevice gpu, int place) {
    var handle = gpu.part(NvmlFunction.MIG_DEVICE_HANDLE, place);
    if (handle.isEmpty()) {
      known.remove(place);
      return Optional.empty();
    }
    var device = device(gpu, place, handle.getAsLong());
    device.beginRead();
    var ids =
        new Ids(
            device.value(NvmlFunction.GPU_INSTANCE_ID),
            device.value(NvmlFunction.COMPUTE_INSTANCE_ID));
    var instance = known.get(place);
    if (instance == null || instance.device != device || !instance.ids.equals(ids)) {
      instance = new Instance(device, ids, uuid(gpu, device, ids), profile(device));
      known.put(place, instance);
    }
    return Optional.of(instance.read(place));
  }

  /** The handle that was at that place before, unless there is another one now. */
  private NvmlDevice device(NvmlDevice gpu, int place, long handle) {
    var instance = known.get(place);
    return instance != null && instance.device.handle() == handle
        ? instance.device
        : gpu.partAt(handle);
  }

  /** As drivers before 470 wrote it, where the instance does not tell. */
  private static String uuid(NvmlDevice gpu, NvmlDevice device, Ids ids) {
    return device
        .text(NvmlFunction.UUID)
        .orElseGet(
            () -> "MIG-" + gpu.label() + "/" + ids.gpu.orElse(0) + "/" + ids.compute.orElse(0));
  }

  /** The end of {@code NVIDIA H100 80GB HBM3 MIG 1g.10gb}, else put together from its parts. */
  private static String profile(NvmlDevice device) {
    var name = device.text(NvmlFunction.NAME).orElse("");
    int mark = name.lastIndexOf(MARK);
    return mark >= 0 ? name.substring(mark + MARK.length()) : profileOfAttributes(device);
  }

  /**
   * {@code nvmlDeviceAttributes_t}: six numbers of units, then slices of the GPU instance and of
   * the compute instance, then the memory, MiB.
   */
  private static String profileOfAttributes(NvmlDevice device) {
    return device
        .struct(NvmlFunction.ATTRIBUTES, 0)
        .map(it -> profile(it.getInt(24), it.getInt(28), it.getLong(32)))
        .orElse("");
  }

  private static String profile(int gpuSlices, int computeSlices, long memoryMib) {
    var whole = String.format(Locale.ROOT, "%dg.%dgb", gpuSlices, (memoryMib + 1023) / 1024);
    return computeSlices == gpuSlices ? whole : computeSlices + "c." + whole;
  }

  private record Ids(OptionalInt gpu, OptionalInt compute) {}

  private record Instance(NvmlDevice device, Ids ids, String uuid, String profile) {
    private MigInstance read(int place) {
      var memory = NvmlMemory.read(device);
      return new MigInstance(
          place,
          uuid,
          profile,
          ids.gpu,
          ids.compute,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          memory.map(it -> OptionalLong.of(it.usedBytes())).orElse(OptionalLong.empty()),
          memory.map(it -> OptionalLong.of(it.totalBytes())).orElse(OptionalLong.empty()));
    }
  }
}
