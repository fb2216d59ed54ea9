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
import java.util.stream.IntStream;

/**
 * Partitioning of a GPU. The mode and the handles of the instances are read at each tick, UUID and
 * profile of an instance only when it is new. The driver does not report the utilization of an
 * instance. Used by the lane's thread only.
 */
final class NvmlMig {
  private static final String MIG_MARKER = " MIG ";

  private final Map<Integer, CachedInstance> instancesByIndex = new HashMap<>();

  /** Reads the partitioning; empty if the GPU or its driver does not support it. */
  Optional<Mig> read(NvmlDevice gpu) {
    return gpu.pair(NvmlFunction.MIG_MODE)
        .map(mode -> new Mig(mode.first(), mode.second(), instances(gpu, mode.first())));
  }

  private List<MigInstance> instances(NvmlDevice gpu, int mode) {
    int maxInstances = mode == 0 ? 0 : gpu.value(NvmlFunction.MAX_MIG_DEVICE_COUNT).orElse(0);
    instancesByIndex.keySet().removeIf(index -> index >= maxInstances);
    return IntStream.range(0, maxInstances)
        .mapToObj(index -> instance(gpu, index))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<MigInstance> instance(NvmlDevice gpu, int index) {
    var handle = gpu.childHandle(NvmlFunction.MIG_DEVICE_HANDLE, index);
    if (handle.isEmpty()) {
      instancesByIndex.remove(index);
      return Optional.empty();
    }
    var device = instanceDevice(gpu, index, handle.getAsLong());
    device.beginRead();
    var ids =
        new InstanceIds(
            device.value(NvmlFunction.GPU_INSTANCE_ID),
            device.value(NvmlFunction.COMPUTE_INSTANCE_ID));
    var instance = instancesByIndex.get(index);
    if (instance == null || instance.device != device || !instance.ids.equals(ids)) {
      instance = new CachedInstance(device, ids, uuid(gpu, device, ids), profile(device));
      instancesByIndex.put(index, instance);
    }
    return Optional.of(instance.read(index));
  }

  /** Returns the previous device of this index, unless its handle has changed. */
  private NvmlDevice instanceDevice(NvmlDevice gpu, int index, long handle) {
    var instance = instancesByIndex.get(index);
    return instance != null && instance.device.handle() == handle
        ? instance.device
        : gpu.childDevice(handle);
  }

  /** Returns the UUID; in the format of drivers before 470 if the instance does not report one. */
  private static String uuid(NvmlDevice gpu, NvmlDevice device, InstanceIds ids) {
    return device
        .text(NvmlFunction.UUID)
        .orElseGet(
            () ->
                "MIG-"
                    + gpu.deviceLabel()
                    + "/"
                    + ids.gpuInstanceId.orElse(0)
                    + "/"
                    + ids.computeInstanceId.orElse(0));
  }

  /**
   * Returns the end of a name such as {@code NVIDIA H100 80GB HBM3 MIG 1g.10gb}, else the profile
   * derived from the attributes.
   */
  private static String profile(NvmlDevice device) {
    var name = device.text(NvmlFunction.NAME).orElse("");
    int markerIndex = name.lastIndexOf(MIG_MARKER);
    return markerIndex >= 0
        ? name.substring(markerIndex + MIG_MARKER.length())
        : profileFromAttributes(device);
  }

  /**
   * {@code nvmlDeviceAttributes_t}: six counts of units, then slices of the GPU instance and of the
   * compute instance, then the memory, MiB.
   */
  private static String profileFromAttributes(NvmlDevice device) {
    return device
        .struct(NvmlFunction.ATTRIBUTES, 0)
        .map(
            attributes ->
                profile(attributes.getInt(24), attributes.getInt(28), attributes.getLong(32)))
        .orElse("");
  }

  private static String profile(int gpuSlices, int computeSlices, long memoryMib) {
    var gpuProfile = String.format(Locale.ROOT, "%dg.%dgb", gpuSlices, (memoryMib + 1023) / 1024);
    return computeSlices == gpuSlices ? gpuProfile : computeSlices + "c." + gpuProfile;
  }

  private record InstanceIds(OptionalInt gpuInstanceId, OptionalInt computeInstanceId) {}

  private record CachedInstance(NvmlDevice device, InstanceIds ids, String uuid, String profile) {
    private MigInstance read(int index) {
      var memory = NvmlMemory.read(device);
      return new MigInstance(
          index,
          uuid,
          profile,
          ids.gpuInstanceId,
          ids.computeInstanceId,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          memory.stream().mapToLong(NvmlMemory::usedBytes).findFirst(),
          memory.stream().mapToLong(NvmlMemory::totalBytes).findFirst());
    }
  }
}
