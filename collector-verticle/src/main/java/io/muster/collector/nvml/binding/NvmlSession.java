package io.muster.collector.nvml.binding;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * The library between its init and its shutdown. Opening it wakes the driver, which without
 * persistence mode takes up to seconds for each GPU: hence one session for as long as it works.
 */
public final class NvmlSession implements AutoCloseable {
  private final NvmlBinding binding;
  private final String driverVersion;
  private final OptionalInt cudaVersion;

  /**
   * Initialises the library; takes the binding over, also when it fails.
   *
   * @throws NvmlException if the library refuses: no driver loaded, wrong driver, no permission
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

  /** Such as {@code 580.95.05}. */
  public String driverVersion() {
    return driverVersion;
  }

  /** Newest CUDA that the driver runs, 1000 x major + 10 x minor; empty if it does not tell. */
  public OptionalInt cudaVersion() {
    return cudaVersion;
  }

  /**
   * How many GPUs the driver lists.
   *
   * @throws NvmlException if it refuses
   */
  public int deviceCount() {
    var count = new int[1];
    check(NvmlFunction.DEVICE_COUNT, binding.systemValue(NvmlFunction.DEVICE_COUNT, count));
    return count[0];
  }

  /**
   * Handle of the GPU at that place in the driver's order, good for this session.
   *
   * @throws NvmlException if the driver refuses that GPU
   */
  public long handle(int index) {
    var handle = new long[1];
    check(NvmlFunction.HANDLE_BY_INDEX, binding.handle(index, handle));
    return handle[0];
  }

  /** What the library says to that code of that function. */
  public NvmlException exception(NvmlFunction function, int code) {
    return exception(binding, function, code);
  }

  /** Text up to the C terminator. */
  public static String text(byte[] buffer) {
    int end = 0;
    while (end < buffer.length && buffer[end] != 0) {
      end++;
    }
    return new String(buffer, 0, end, StandardCharsets.UTF_8).strip();
  }

  /** Shuts the library down and lets it go. */
  @Override
  public void close() {
    // Nothing is left to do about a library that refuses its own shutdown.
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
