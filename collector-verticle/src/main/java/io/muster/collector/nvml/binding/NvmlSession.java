package io.muster.collector.nvml.binding;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * A session of the library, from init to shutdown. Opening it wakes the driver, which without
 * persistence mode takes up to seconds for each GPU: therefore a session is used for as long as it
 * works.
 */
public final class NvmlSession implements AutoCloseable {
  private final NvmlBinding binding;
  private final String driverVersion;
  private final OptionalInt cudaVersion;

  /**
   * Initializes the library; takes ownership of the binding, also on failure.
   *
   * @throws NvmlException if initialization fails: no driver loaded, wrong driver, no permission
   */
  public static NvmlSession open(NvmlBinding binding) {
    int code = binding.call(NvmlFunction.INIT);
    if (code != NvmlBinding.SUCCESS) {
      var exception = exception(binding, NvmlFunction.INIT, code);
      binding.close();
      throw exception;
    }
    return new NvmlSession(binding);
  }

  private NvmlSession(NvmlBinding binding) {
    this.binding = binding;
    var text = new byte[NvmlBinding.TEXT_BUFFER_BYTES];
    int code = binding.systemText(NvmlFunction.SYSTEM_DRIVER_VERSION, text);
    this.driverVersion = code == NvmlBinding.SUCCESS ? text(text) : "unknown";
    var version = new int[1];
    code = binding.systemValue(NvmlFunction.SYSTEM_CUDA_DRIVER_VERSION, version);
    this.cudaVersion =
        code == NvmlBinding.SUCCESS ? OptionalInt.of(version[0]) : OptionalInt.empty();
  }

  public NvmlBinding binding() {
    return binding;
  }

  /** Returns the driver version, such as {@code 580.95.05}. */
  public String driverVersion() {
    return driverVersion;
  }

  /**
   * Returns the newest CUDA version that the driver supports, 1000 x major + 10 x minor; empty if
   * not reported.
   */
  public OptionalInt cudaVersion() {
    return cudaVersion;
  }

  /**
   * Returns the number of GPUs that the driver lists.
   *
   * @throws NvmlException if the call fails
   */
  public int deviceCount() {
    var count = new int[1];
    check(NvmlFunction.DEVICE_COUNT, binding.systemValue(NvmlFunction.DEVICE_COUNT, count));
    return count[0];
  }

  /**
   * Returns the handle of the GPU at this index in the driver's order, valid for this session.
   *
   * @throws NvmlException if the driver returns no handle for that GPU
   */
  public long handle(int index) {
    var handle = new long[1];
    check(NvmlFunction.HANDLE_BY_INDEX, binding.handle(index, handle));
    return handle[0];
  }

  /** Returns an exception with the library's text for a return code of a function. */
  public NvmlException exception(NvmlFunction function, int code) {
    return exception(binding, function, code);
  }

  /** Returns the text up to the C terminator, stripped. */
  public static String text(byte[] buffer) {
    int end = 0;
    while (end < buffer.length && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, 0, end, StandardCharsets.UTF_8).strip();
  }

  /** Shuts down and releases the library. */
  @Override
  public void close() {
    // A failed shutdown cannot be handled: the library is released in any case.
    var unused = binding.call(NvmlFunction.SHUTDOWN);
    binding.close();
  }

  private void check(NvmlFunction function, int code) {
    if (code != NvmlBinding.SUCCESS) {
      throw exception(function, code);
    }
  }

  private static NvmlException exception(NvmlBinding binding, NvmlFunction function, int code) {
    var message = binding.errorString(code) + " (" + code + ")";
    return new NvmlException(code, binding.symbol(function) + ": " + message);
  }
}
