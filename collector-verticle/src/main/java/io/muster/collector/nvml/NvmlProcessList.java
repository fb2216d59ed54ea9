package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.source.GpuProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Processes on a GPU: compute, graphics and MPS clients. A process in several of these lists is one
 * process, with the largest memory that any of them reports.
 *
 * <p>An entry is {@code pid, padding, usedGpuMemory}, 16 bytes, and in {@code _v2} and {@code _v3}
 * also {@code gpuInstanceId, computeInstanceId}, 24 bytes. Drivers 535.43 to 535.86 have 32 bytes
 * under the name {@code _v3}, and 16 were observed there as well. Therefore the buffer always has
 * room for 32, and the stride is derived from the bytes that the driver has overwritten.
 *
 * <p>Used by the lane's thread only.
 */
final class NvmlProcessList {
  private static final List<NvmlFunction> PROCESS_FUNCTIONS =
      List.of(
          NvmlFunction.COMPUTE_PROCESSES,
          NvmlFunction.GRAPHICS_PROCESSES,
          NvmlFunction.MPS_PROCESSES);

  private static final int V1_ENTRY_BYTES = 16;
  private static final int V2_ENTRY_BYTES = 24;
  private static final int MAX_ENTRY_BYTES = 32;
  private static final int MEMORY_OFFSET = 8;

  /**
   * Maximum number of calls for one list, since processes may start between two calls; after that,
   * the failure is reported.
   */
  private static final int MAX_ATTEMPTS = 4;

  /**
   * Fill byte that cannot be the last byte of an entry: the entry would have 11 EiB of memory, or
   * the instance 2,779,096,485.
   */
  private static final byte FILL_BYTE = (byte) 0xA5;

  private final int[] count = new int[1];
  private int capacity = 32;
  private ByteBuffer entries = allocateEntries(capacity);

  /** Reads the processes of the GPU at this index of the source's list. */
  List<GpuProcess> read(NvmlDevice device, int deviceIndex, String uuid) {
    var memoryByPid = new LinkedHashMap<Long, OptionalLong>();
    for (var function : PROCESS_FUNCTIONS) {
      if (fetch(device, function)) {
        collectProcesses(memoryByPid, strideBytes(device.symbol(function)));
      }
    }
    var processes = new ArrayList<GpuProcess>(memoryByPid.size());
    memoryByPid.forEach(
        (pid, memoryBytes) -> processes.add(new GpuProcess(pid, deviceIndex, uuid, memoryBytes)));
    return processes;
  }

  /** Fetches a list; returns true if {@code count} and {@code entries} contain it. */
  private boolean fetch(NvmlDevice device, NvmlFunction function) {
    int code = NvmlBinding.INSUFFICIENT_SIZE;
    for (int i = 0; i < MAX_ATTEMPTS && code == NvmlBinding.INSUFFICIENT_SIZE; i++) {
      count[0] = capacity;
      fillEntries();
      code = device.list(function, count, entries);
      if (code == NvmlBinding.INSUFFICIENT_SIZE) {
        grow(count[0]);
      }
    }
    return device.checkCode(function, code) && count[0] > 0 && count[0] <= capacity;
  }

  private void collectProcesses(Map<Long, OptionalLong> memoryByPid, int strideBytes) {
    for (int i = 0; i < count[0]; i++) {
      long pid = Integer.toUnsignedLong(entries.getInt(i * strideBytes));
      long usedBytes = entries.getLong(i * strideBytes + MEMORY_OFFSET);
      var memoryBytes =
          usedBytes == NvmlBinding.VALUE_NOT_AVAILABLE
              ? OptionalLong.empty()
              : OptionalLong.of(usedBytes);
      memoryByPid.merge(pid, memoryBytes, NvmlProcessList::larger);
    }
  }

  private int strideBytes(String symbol) {
    boolean isVersioned = symbol.endsWith("_v2") || symbol.endsWith("_v3");
    if (!isVersioned) {
      return V1_ENTRY_BYTES;
    }
    int writtenBytes = entries.capacity();
    while (writtenBytes > 0 && entries.get(writtenBytes - 1) == FILL_BYTE) {
      writtenBytes--;
    }
    int entryBytes = (writtenBytes + count[0] - 1) / count[0];
    if (entryBytes <= V1_ENTRY_BYTES) {
      return V1_ENTRY_BYTES;
    }
    // Above the maximum, the driver has overwritten the rest as well: the stride is not known.
    return entryBytes > V2_ENTRY_BYTES && entryBytes <= MAX_ENTRY_BYTES
        ? MAX_ENTRY_BYTES
        : V2_ENTRY_BYTES;
  }

  private void fillEntries() {
    for (int i = 0; i < entries.capacity(); i += Long.BYTES) {
      entries.putLong(i, 0xA5A5_A5A5_A5A5_A5A5L);
    }
  }

  /**
   * Makes room for a quarter more entries than the driver reported, or for twice as many as before.
   */
  private void grow(int neededEntries) {
    capacity = Math.max(2 * capacity, neededEntries + neededEntries / 4);
    entries = allocateEntries(capacity);
  }

  private static ByteBuffer allocateEntries(int entryCount) {
    return ByteBuffer.allocateDirect(entryCount * MAX_ENTRY_BYTES).order(ByteOrder.nativeOrder());
  }

  private static OptionalLong larger(OptionalLong first, OptionalLong second) {
    return first.orElse(-1) >= second.orElse(-1) ? first : second;
  }
}
