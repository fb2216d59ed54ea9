package io.muster.collector.nvml;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlException;
import io.muster.collector.nvml.binding.NvmlFunction;
import io.muster.collector.nvml.binding.NvmlSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One GPU within one session. A call that the GPU does not support is remembered and not made
 * again; any other failed call is reported, and the reading is empty. Once a call reports that the
 * GPU is lost, the rest of that read makes no calls. Used by the lane's thread only.
 */
final class NvmlDevice {
  private final NvmlSession session;
  private final NvmlBinding binding;
  private final long handle;
  private final String deviceLabel;
  private final ReadFailures failures;

  /**
   * One bit for each argument. Thresholds, clocks and links are below 32; MIG indexes are bounded
   * by {@link NvmlFunction#MAX_MIG_DEVICE_COUNT}.
   */
  private final Map<NvmlFunction, Integer> unsupported = new EnumMap<>(NvmlFunction.class);

  private final int[] intOut = new int[1];
  private final int[] pairOut = new int[2];
  private final long[] handleOut = new long[1];
  private final byte[] textBuffer = new byte[NvmlBinding.TEXT_BUFFER_BYTES];
  private final ByteBuffer structBuffer =
      ByteBuffer.allocateDirect(NvmlBinding.TEXT_BUFFER_BYTES).order(ByteOrder.nativeOrder());
  private boolean lost;

  /**
   * @param deviceLabel device name in read failures: the UUID of the GPU
   */
  NvmlDevice(NvmlSession session, long handle, String deviceLabel, ReadFailures failures) {
    this.session = session;
    this.binding = session.binding();
    this.handle = handle;
    this.deviceLabel = deviceLabel;
    this.failures = failures;
  }

  /** Begins a read, which calls the GPU even if it was lost before. */
  void beginRead() {
    lost = false;
  }

  /** Returns true if the GPU was reported lost since {@link #beginRead}. */
  boolean isLost() {
    return lost;
  }

  /** Returns the library's handle of the GPU, valid for this session. */
  long handle() {
    return handle;
  }

  /** Returns the device name in read failures. */
  String deviceLabel() {
    return deviceLabel;
  }

  NvmlSession session() {
    return session;
  }

  /** Returns the C name of the function in this driver. */
  String symbol(NvmlFunction function) {
    return binding.symbol(function);
  }

  /** Returns true if the GPU or its driver is known not to support the function. */
  boolean isUnsupported(NvmlFunction function) {
    return isUnsupported(function, 0);
  }

  OptionalInt value(NvmlFunction function) {
    return canCall(function, 0) && checkCode(function, 0, binding.value(function, handle, intOut))
        ? OptionalInt.of(intOut[0])
        : OptionalInt.empty();
  }

  /** Reads one sensor, clock or link. */
  OptionalInt value(NvmlFunction function, int argument) {
    if (!canCall(function, argument)) {
      return OptionalInt.empty();
    }
    int code = binding.value(function, handle, argument, intOut);
    if (code == NvmlBinding.INVALID_ARGUMENT) {
      code = NvmlBinding.NOT_SUPPORTED; // a sensor or link that this GPU or driver does not have
    }
    return checkCode(function, argument, code) ? OptionalInt.of(intOut[0]) : OptionalInt.empty();
  }

  Optional<IntPair> pair(NvmlFunction function) {
    return canCall(function, 0) && checkCode(function, 0, binding.pair(function, handle, pairOut))
        ? Optional.of(new IntPair(pairOut[0], pairOut[1]))
        : Optional.empty();
  }

  Optional<String> text(NvmlFunction function) {
    return canCall(function, 0)
            && checkCode(function, 0, binding.text(function, handle, textBuffer))
        ? Optional.of(NvmlSession.text(textBuffer)).filter(value -> !value.isEmpty())
        : Optional.empty();
  }

  /** Reads the text of a function that takes no length. */
  Optional<String> unboundedText(NvmlFunction function) {
    return struct(function, 0)
        .map(
            buffer -> {
              buffer.get(textBuffer);
              return NvmlSession.text(textBuffer);
            })
        .filter(buffer -> !buffer.isEmpty());
  }

  /**
   * Reads a struct into a buffer that is valid until the next struct is read.
   *
   * @param version value of the first field before the call; the second field is 0
   */
  Optional<ByteBuffer> struct(NvmlFunction function, int version) {
    if (!canCall(function, 0)) {
      return Optional.empty();
    }
    structBuffer.clear().putInt(0, version).putInt(Integer.BYTES, 0);
    int code = binding.struct(function, handle, structBuffer);
    if (code == NvmlBinding.ARGUMENT_VERSION_MISMATCH) {
      code = NvmlBinding.NOT_SUPPORTED; // this driver supports only other versions of the struct
    }
    return checkCode(function, 0, code) ? Optional.of(structBuffer) : Optional.empty();
  }

  /** Returns the handle of the child device at this index; empty if there is none. */
  OptionalLong childHandle(NvmlFunction function, int index) {
    if (!canCall(function, index)) {
      return OptionalLong.empty();
    }
    int code = binding.childHandle(function, handle, index, handleOut);
    return checkCode(function, index, code) ? OptionalLong.of(handleOut[0]) : OptionalLong.empty();
  }

  /** Returns a child device, whose failures are reported as failures of the GPU. */
  NvmlDevice childDevice(long childHandle) {
    return new NvmlDevice(session, childHandle, deviceLabel, failures);
  }

  /**
   * Fills a list and returns the code for the caller to check, since a larger buffer may be
   * required. Returns {@link NvmlBinding#NO_DATA} if the GPU is lost or is known not to support the
   * list.
   */
  int list(NvmlFunction function, int[] count, ByteBuffer entries) {
    return canCall(function, 0)
        ? binding.list(function, handle, count, entries)
        : NvmlBinding.NO_DATA;
  }

  /** Returns true if the code is a success; remembers, reports or throws any other code. */
  boolean checkCode(NvmlFunction function, int code) {
    return checkCode(function, 0, code);
  }

  private boolean checkCode(NvmlFunction function, int argument, int code) {
    switch (code) {
      case NvmlBinding.SUCCESS -> {
        return true;
      }
      case NvmlBinding.NOT_SUPPORTED, NvmlBinding.FUNCTION_NOT_FOUND, NvmlBinding.DEPRECATED ->
          unsupported.merge(function, 1 << argument, (oldBits, newBits) -> oldBits | newBits);
      case NvmlBinding.NOT_FOUND,
          NvmlBinding.NO_DATA,
          NvmlBinding.NOT_READY,
          NvmlBinding.TIMEOUT -> {
        // This is not a failure: the reading is empty this time.
      }
      default -> reportFailure(session.exception(function, code));
    }
    return false;
  }

  private void reportFailure(NvmlException exception) {
    if (ReadFailures.isSessionFatal(exception.code())) {
      throw exception;
    }
    lost = lost || exception.code() == NvmlBinding.GPU_IS_LOST;
    failures.report(deviceLabel, exception);
  }

  private boolean canCall(NvmlFunction function, int argument) {
    return !lost && !isUnsupported(function, argument);
  }

  private boolean isUnsupported(NvmlFunction function, int argument) {
    return (unsupported.getOrDefault(function, 0) & 1 << argument) != 0;
  }

  /** Two values of one call. */
  record IntPair(int first, int second) {}
}
