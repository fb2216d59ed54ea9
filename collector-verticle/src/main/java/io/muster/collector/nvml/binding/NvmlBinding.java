package io.muster.collector.nvml.binding;

import java.nio.ByteBuffer;

/**
 * The C library, nothing else: one method for each shape of parameter list, {@link NvmlFunction}
 * for the names, the numbers of {@code nvml.h} as constants. Each call returns the library's return
 * code; a function that the library does not have returns {@link #FUNCTION_NOT_FOUND}. A device is
 * the library's opaque handle. Structs are direct buffers in native byte order.
 */
public interface NvmlBinding extends AutoCloseable {
  // nvmlReturn_t
  int SUCCESS = 0;
  int UNINITIALIZED = 1;
  int INVALID_ARGUMENT = 2;
  int NOT_SUPPORTED = 3;
  int NO_PERMISSION = 4;
  int NOT_FOUND = 6;
  int INSUFFICIENT_SIZE = 7;
  int INSUFFICIENT_POWER = 8;
  int DRIVER_NOT_LOADED = 9;
  int TIMEOUT = 10;
  int LIBRARY_NOT_FOUND = 12;
  int FUNCTION_NOT_FOUND = 13;
  int CORRUPTED_INFOROM = 14;
  int GPU_IS_LOST = 15;
  int RESET_REQUIRED = 16;
  int OPERATING_SYSTEM = 17;
  int LIB_RM_VERSION_MISMATCH = 18;
  int NO_DATA = 21;
  int ARGUMENT_VERSION_MISMATCH = 25;
  int DEPRECATED = 26;
  int NOT_READY = 27;
  int GPU_NOT_FOUND = 28;

  // nvmlTemperatureSensors_t, nvmlTemperatureThresholds_t, nvmlClockType_t
  int TEMPERATURE_GPU = 0;
  int THRESHOLD_SHUTDOWN = 0;
  int THRESHOLD_SLOWDOWN = 1;
  int THRESHOLD_GPU_MAX = 3;
  int THRESHOLD_ACOUSTIC_CURR = 5;
  int CLOCK_GRAPHICS = 0;
  int CLOCK_MEM = 2;

  int PSTATE_UNKNOWN = 32;
  int NVLINK_MAX_LINKS = 18;
  int GPM_SUPPORT_VERSION = 1;

  // nvmlIntNvLinkDeviceType_t
  int NVLINK_REMOTE_GPU = 0;
  int NVLINK_REMOTE_IBMNPU = 1;
  int NVLINK_REMOTE_SWITCH = 2;

  /**
   * Buffer size that exceeds every text of the library: the longest, a name or UUID, has 96 bytes.
   */
  int TEXT_BUFFER_BYTES = 128;

  /** {@code nvmlMemory_v2_t}: version, total, reserved, free, used. */
  int MEMORY_V2_BYTES = 40;

  /** {@code nvmlMemory_v2}: size and version of the struct in one number. */
  int MEMORY_V2_VERSION = MEMORY_V2_BYTES | 2 << 24;

  /** {@code nvmlTemperature_v1}: size and version of version, sensorType, temperature. */
  int TEMPERATURE_VERSION = 12 | 1 << 24;

  /** {@code NVML_VALUE_NOT_AVAILABLE}, as an unsigned long long. */
  long VALUE_NOT_AVAILABLE = -1L;

  /** {@code f(void)}. */
  int call(NvmlFunction function);

  /** {@code nvmlErrorString}. */
  String errorString(int code);

  /** {@code f(unsigned *out)}. */
  int systemValue(NvmlFunction function, int[] out);

  /** {@code f(char *out, unsigned length)}. */
  int systemText(NvmlFunction function, byte[] out);

  /** {@code nvmlDeviceGetHandleByIndex(unsigned index, nvmlDevice_t *out)}. */
  int handle(int index, long[] out);

  /** {@code f(device, unsigned index, nvmlDevice_t *out)}. */
  int childHandle(NvmlFunction function, long device, int index, long[] out);

  /** {@code f(device, unsigned *out)}. */
  int value(NvmlFunction function, long device, int[] out);

  /** {@code f(device, unsigned argument, unsigned *out)}. */
  int value(NvmlFunction function, long device, int argument, int[] out);

  /** {@code f(device, unsigned *out0, unsigned *out1)}. */
  int pair(NvmlFunction function, long device, int[] out);

  /** {@code f(device, char *out, unsigned length)}. */
  int text(NvmlFunction function, long device, byte[] out);

  /**
   * {@code f(device, struct *out)}, {@code unsigned long long *}, or {@code char *} where the
   * function takes no length.
   */
  int struct(NvmlFunction function, long device, ByteBuffer out);

  /** {@code f(device, unsigned *count, struct *out)}. */
  int list(NvmlFunction function, long device, int[] count, ByteBuffer out);

  /**
   * Returns the C name that the function was found under, or its newest one if it was not found.
   */
  String symbol(NvmlFunction function);

  /** Releases the library. */
  @Override
  void close();
}
