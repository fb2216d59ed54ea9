package io.muster.collector.nvml.binding;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Binding of the library through JNA. Each function is looked up separately, newest name first, so
 * that a driver of any age loads; a missing function returns {@link #FUNCTION_NOT_FOUND}. Used by
 * the lane's thread only.
 */
final class JnaNvmlBinding implements NvmlBinding {
  private final NativeLibrary library;
  private final Map<NvmlFunction, Function> functions = new EnumMap<>(NvmlFunction.class);
  private final int[] firstOut = new int[1];
  private final int[] secondOut = new int[1];

  /**
   * Loads the library with this soname or path.
   *
   * @throws UnsatisfiedLinkError if there is none, with the loader's message
   */
  static NvmlBinding load(String name) {
    return new JnaNvmlBinding(NativeLibrary.getInstance(name));
  }

  private JnaNvmlBinding(NativeLibrary library) {
    this.library = library;
    for (var function : NvmlFunction.values()) {
      function.symbols().stream()
          .map(this::findFunction)
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(found -> functions.put(function, found));
    }
  }

  @Override
  public int call(NvmlFunction function) {
    return invoke(function);
  }

  @Override
  public String errorString(int code) {
    var function = functions.get(NvmlFunction.ERROR_STRING);
    return function == null ? "error" : function.invokeString(new Object[] {code}, false);
  }

  @Override
  public int systemValue(NvmlFunction function, int[] out) {
    return invoke(function, out);
  }

  @Override
  public int systemText(NvmlFunction function, byte[] out) {
    return invoke(function, out, out.length);
  }

  @Override
  public int handle(int index, long[] out) {
    return invoke(NvmlFunction.HANDLE_BY_INDEX, index, out);
  }

  @Override
  public int childHandle(NvmlFunction function, long device, int index, long[] out) {
    return invoke(function, device, index, out);
  }

  @Override
  public int value(NvmlFunction function, long device, int[] out) {
    return invoke(function, device, out);
  }

  @Override
  public int value(NvmlFunction function, long device, int argument, int[] out) {
    return invoke(function, device, argument, out);
  }

  @Override
  public int pair(NvmlFunction function, long device, int[] out) {
    int code = invoke(function, device, firstOut, secondOut);
    out[0] = firstOut[0];
    out[1] = secondOut[0];
    return code;
  }

  @Override
  public int text(NvmlFunction function, long device, byte[] out) {
    return invoke(function, device, out, out.length);
  }

  @Override
  public int struct(NvmlFunction function, long device, ByteBuffer out) {
    return invoke(function, device, out);
  }

  @Override
  public int list(NvmlFunction function, long device, int[] count, ByteBuffer out) {
    return invoke(function, device, count, out);
  }

  @Override
  public String symbol(NvmlFunction function) {
    var found = functions.get(function);
    return found == null ? function.symbols().get(0) : found.getName();
  }

  @Override
  public void close() {
    library.close();
  }

  private Optional<Function> findFunction(String symbol) {
    try {
      return Optional.of(library.getFunction(symbol));
    } catch (UnsatisfiedLinkError missing) {
      return Optional.empty();
    }
  }

  private int invoke(NvmlFunction nvmlFunction, Object... arguments) {
    @Nullable Function function = functions.get(nvmlFunction);
    return function == null ? FUNCTION_NOT_FOUND : function.invokeInt(arguments);
  }
}
