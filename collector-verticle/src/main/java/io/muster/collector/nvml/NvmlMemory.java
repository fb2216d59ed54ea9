package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Memory of a GPU, bytes.
 *
 * @param usedBytes without memory that the driver reserves, if the driver distinguishes the two
 *     (since 510)
 */
record NvmlMemory(long totalBytes, long usedBytes) {

  static Optional<NvmlMemory> read(NvmlDevice device) {
    var v2 = device.struct(NvmlFunction.MEMORY_V2, NvmlBinding.MEMORY_V2_VERSION);
    if (v2.isPresent() || !device.isUnsupported(NvmlFunction.MEMORY_V2)) {
      return v2.map(NvmlMemory::ofV2);
    }
    return device.struct(NvmlFunction.MEMORY, 0).map(NvmlMemory::ofV1);
  }

  /** Returns true if the GPU has no dedicated memory to report. */
  static boolean isUnsupportedBy(NvmlDevice device) {
    return device.isUnsupported(NvmlFunction.MEMORY_V2)
        && device.isUnsupported(NvmlFunction.MEMORY);
  }

  /** {@code nvmlMemory_v2_t}: version and padding, total, reserved, free, used. */
  private static NvmlMemory ofV2(ByteBuffer memory) {
    return new NvmlMemory(memory.getLong(8), memory.getLong(32));
  }

  /** {@code nvmlMemory_t}: total, free, used. */
  private static NvmlMemory ofV1(ByteBuffer memory) {
    return new NvmlMemory(memory.getLong(0), memory.getLong(16));
  }
}
