package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One GPU of {@link FakeNvmlBinding}: an H100 until a test changes it. */
final class FakeGpu {
  static final long GIB = 1L << 30;

  final String uuid;

  /** Return codes of functions that do not succeed. */
  final Map<NvmlFunction, Integer> codes = new EnumMap<>(NvmlFunction.class);

  /** Values of the functions that return one value. */
  final Map<NvmlFunction, Integer> values = new EnumMap<>(NvmlFunction.class);

  final Map<NvmlFunction, List<FakeProcess>> processes = new EnumMap<>(NvmlFunction.class);

  /** Return code of the functions without an entry in {@link #codes}. */
  int code = NvmlBinding.SUCCESS;

  /** Return code of the request for the handle. */
  int handleCode = NvmlBinding.SUCCESS;

  /** Instances of the GPU, by index; not partitioned if null. */
  @Nullable Map<Integer, FakeGpu> instances;

  String name = "NVIDIA H100 80GB HBM3";

  /** Energy since the driver was loaded. */
  long energyMillijoules = 5_000_000_123L;

  /** {@code nvmlDeviceAttributes_t}: slices of the GPU and of the compute instance, MiB. */
  long[] attributes = {0, 0, 0};

  /** Remote types of the active links, from link 0. */
  List<Integer> remoteTypes = List.of(2, 2);

  long totalBytes = 80 * GIB;
  long usedBytes = 10 * GIB;
  long reservedBytes = GIB;

  FakeGpu(String uuid) {
    this.uuid = uuid;
    values.put(NvmlFunction.UTILIZATION, 87);
    values.put(NvmlFunction.TEMPERATURE, 54);
    values.put(NvmlFunction.CLOCK, 1755);
    values.put(NvmlFunction.POWER_USAGE, 412_337);
    values.put(NvmlFunction.PERFORMANCE_STATE, 0);
    values.put(NvmlFunction.PCIE_GENERATION, 5);
    values.put(NvmlFunction.PCIE_WIDTH, 16);
    values.put(NvmlFunction.MAX_PCIE_GENERATION, 5);
    values.put(NvmlFunction.MAX_PCIE_WIDTH, 16);
    values.put(NvmlFunction.BRAND, 14);
    values.put(NvmlFunction.ARCHITECTURE, 9);
    values.put(NvmlFunction.NUMA_NODE_ID, 1);
    values.put(NvmlFunction.MAX_MIG_DEVICE_COUNT, 7);
    values.put(NvmlFunction.COMPUTE_MODE, 0);
    values.put(NvmlFunction.POWER_LIMIT, 650_000);
    values.put(NvmlFunction.POWER_LIMIT_DEFAULT, 700_000);
  }

  FakeGpu withCode(NvmlFunction function, int returnCode) {
    codes.put(function, returnCode);
    return this;
  }

  /** Returns an instance of a GPU, which has identifiers and memory only. */
  static FakeGpu instance(String uuid, int gpuInstanceId, int computeInstanceId) {
    var instance = new FakeGpu(uuid);
    instance.values.clear();
    instance.values.put(NvmlFunction.GPU_INSTANCE_ID, gpuInstanceId);
    instance.values.put(NvmlFunction.COMPUTE_INSTANCE_ID, computeInstanceId);
    return instance;
  }

  FakeGpu withProcess(NvmlFunction function, long pid, long memoryBytes) {
    processes
        .computeIfAbsent(function, unused -> new ArrayList<>())
        .add(new FakeProcess(pid, memoryBytes));
    return this;
  }

  /** One process of one list. */
  record FakeProcess(long pid, long memoryBytes) {}
}
