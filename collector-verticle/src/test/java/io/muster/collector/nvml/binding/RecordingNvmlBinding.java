package io.muster.collector.nvml.binding;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A library that returns one code from all calls, and records them. */
final class RecordingNvmlBinding implements NvmlBinding {
  final List<String> calls = new ArrayList<>();
  int initCode = SUCCESS;
  int code = SUCCESS;

  @Override
  public int call(NvmlFunction function) {
    calls.add(symbol(function));
    return function == NvmlFunction.INIT ? initCode : code;
  }

  @Override
  public String errorString(int errorCode) {
    return "error " + errorCode;
  }

  @Override
  public int systemValue(NvmlFunction function, int[] out) {
    out[0] = 7;
    return code;
  }

  @Override
  public int systemText(NvmlFunction function, byte[] out) {
    var text = "550.54.15 \0rubbish".getBytes(US_ASCII);
    System.arraycopy(text, 0, out, 0, text.length);
    return code;
  }

  @Override
  public int handle(int index, long[] out) {
    out[0] = index;
    return code;
  }

  @Override
  public int childHandle(NvmlFunction function, long device, int index, long[] out) {
    return code;
  }

  @Override
  public int value(NvmlFunction function, long device, int[] out) {
    return code;
  }

  @Override
  public int value(NvmlFunction function, long device, int argument, int[] out) {
    return code;
  }

  @Override
  public int pair(NvmlFunction function, long device, int[] out) {
    return code;
  }

  @Override
  public int text(NvmlFunction function, long device, byte[] out) {
    return code;
  }

  @Override
  public int struct(NvmlFunction function, long device, ByteBuffer out) {
    return code;
  }

  @Override
  public int list(NvmlFunction function, long device, int[] count, ByteBuffer out) {
    return code;
  }

  @Override
  public String symbol(NvmlFunction function) {
    return function.symbols().get(0);
  }

  @Override
  public void close() {
    calls.add("close");
  }
}
