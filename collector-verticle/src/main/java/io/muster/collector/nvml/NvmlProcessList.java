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
 * Processes on a GPU: compute, graphics and MPS clients. One that stands in several of these lists
 * is one process, with the largest memory that any of them tells.
 *
 * <p>An entry is {@code pid, padding, usedGpuMemory}, 16 bytes, and in {@code _v2} and {@code _v3}
 * {@code gpuInstanceId, computeInstanceId} more, 24 bytes. Drivers 535.43 to 535.86 have 32 bytes
 * under the name {@code _v3}, and 16 were seen there as well. Hence there is room for 32 in any
 * case, and the stride is taken from what the driver has written over.
 */
final class NvmlProcessList {
  private static final List<NvmlFunction> LISTS =
      List.of(
          NvmlFunction.COMPUTE_PROCESSES,
          NvmlFunction.GRAPHICS_PROCESSES,
          NvmlFunction.MPS_PROCESSES);

  private static final int V1_BYTES = 16;
  private static final int V2_BYTES = 24;
  private static final int LARGEST_BYTES = 32;
  private static final int MEMORY_OFFSET = 8;

  /** Between two calls processes may start; after so many the driver's word is not taken. */
  private static final int TRIES = 4;

  /** Last byte of no entry: it would be 11 EiB of memory, or instance 2,779,096,485. */
  private static final byte UNTOUCHED = (byte) 0xA5;

  private final int[] count = new int[1];
  private int capacity = 32;
  private ByteBuffer entries = room(capacity);

  /** Processes of the GPU at that place of the source's list. */
  List<GpuProcess> read(NvmlDevice device, int place, String uuid) {
    var memoryByPid = new LinkedHashMap<Long, OptionalLong>();
    for (var list : LISTS) {
      if (fill(device, list)) {
        collect(memoryByPid, stride(device.symbol(list)));
      }
    }
    var processes = new ArrayList<GpuProcess>(memoryByPid.size());
    memoryByPid.forEach((pid, memory) -> processes.add(new GpuProcess(pid, place, uuid, memory)));
    return processes;
  }

  /** Whether {@code count} and {@code entries} hold that list. */
  private boolean fill(NvmlDevice device, NvmlFunction list) {
    int code = NvmlBinding.INSUFFICIENT_SIZE;
    for (int i = 0; i < TRIES && code == NvmlBinding.INSUFFICIENT_SIZE; i++) {
      count[0] = capacity;
      clear();
      code = device.list(list, count, entries);
      if (code == NvmlBinding.INSUFFICIENT_SIZE) {
        grow(count[0]);
      }
    }
    return device.accepts(list, code) && count[0] > 0 && count[0] <= capacity;
  }

  private void collect(Map<Long, OptionalLong> memoryByPid, int stride) {
    for (int i = 0; i < count[0]; i++) {
      long pid = Integer.toUnsignedLong(entries.getInt(i * stride));
      long used = entries.getLong(i * stride + MEMORY_OFFSET);
      var memory =
          used == NvmlBinding.VALUE_NOT_AVAILABLE ? OptionalLong.empty() : OptionalLong.of(used);
      memoryByPid.merge(pid, memory, NvmlProcessList::larger);
    }
  }

  private int stride(String symbol) {
    boolean versioned = symbol.endsWith("_v2") || symbol.endsWith("_v3");
    if (!versioned) {
      return V1_BYTES;
    }
    int written = entries.capacity();
    while (written > 0 && entries.get(written - 1) == UNTOUCHED) {
      written--;
    }
    int entry = (written + count[0] - 1) / count[0];
    if (entry <= V1_BYTES) {
      return V1_BYTES;
    }
    // More than the largest: the driver wrote over the rest as well, which tells nothing.
    return entry > V2_BYTES && entry <= LARGEST_BYTES ? LARGEST_BYTES : V2_BYTES;
  }

  private void clear() {
    for (int i = 0; i < entries.capacity(); i += Long.BYTES) {
      entries.putLong(i, 0xA5A5_A5A5_A5A5_A5A5L);
    }
  }

  /** Asks for a quarter more than the driver has now. */
  private void grow(int needed) {
    capacity = Math.max(2 * capacity, needed + needed / 4);
    entries = room(capacity);
  }

  private static ByteBuffer room(int entries) {
    return ByteBuffer.allocateDirect(entries * LARGEST_BYTES).order(ByteOrder.nativeOrder());
  }

  private static OptionalLong larger(OptionalLong one, OptionalLong other) {
    return one.orElse(-1) >= other.orElse(-1) ? one : other;
  }
}
