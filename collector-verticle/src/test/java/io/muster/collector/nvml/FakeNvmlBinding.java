package io.muster.collector.nvml;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.muster.collector.nvml.binding.NvmlBinding;
import io.muster.collector.nvml.binding.NvmlFunction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/** In-memory implementation of the library. */
final class FakeNvmlBinding implements NvmlBinding {
  private static final long FIRST_HANDLE = 1000;

  private static final Map<NvmlFunction, String> TEXTS =
      Map.of(
          NvmlFunction.SERIAL, "1650123456789",
          NvmlFunction.VBIOS_VERSION, "96.00.AB.00.01",
          NvmlFunction.GSP_FIRMWARE_VERSION, "550.54.15");

  final List<FakeGpu> gpus = new ArrayList<>();

  /** Functions that this driver does not have. */
  final Set<NvmlFunction> missingFunctions = EnumSet.noneOf(NvmlFunction.class);

  /** Every call to a device, in order. */
  final List<NvmlFunction> calls = new ArrayList<>();

  int initCode = SUCCESS;
  int initCount;
  int shutdownCount;
  int closeCount;

  /** Index of the name that functions are found under: 0 is the newest. */
  int symbolIndex;

  /** Bytes of an entry of the process lists, regardless of the function name. */
  int processStrideBytes = 24;

  private final List<FakeGpu> handles = new ArrayList<>();

  FakeNvmlBinding(FakeGpu... gpus) {
    this.gpus.addAll(List.of(gpus));
  }

  @Override
  public int call(NvmlFunction function) {
    if (function == NvmlFunction.SHUTDOWN) {
      shutdownCount++;
      return SUCCESS;
    }
    initCount++;
    return initCode;
  }

  @Override
  public String errorString(int code) {
    return switch (code) {
      case GPU_IS_LOST -> "GPU is lost";
      case NO_PERMISSION -> "Insufficient Permissions";
      case LIB_RM_VERSION_MISMATCH -> "Driver/library version mismatch";
      case DRIVER_NOT_LOADED -> "Driver Not Loaded";
      default -> "Unknown Error";
    };
  }

  @Override
  public int systemValue(NvmlFunction function, int[] out) {
    out[0] = function == NvmlFunction.DEVICE_COUNT ? gpus.size() : 12_040;
    return SUCCESS;
  }

  @Override
  public int systemText(NvmlFunction function, byte[] out) {
    return writeText("550.54.15", out);
  }

  @Override
  public int handle(int index, long[] out) {
    var gpu = gpus.get(index);
    handles.add(gpu);
    out[0] = FIRST_HANDLE + handles.size() - 1;
    return gpu.handleCode;
  }

  @Override
  public int childHandle(NvmlFunction function, long device, int index, long[] out) {
    var instances = gpu(device).instances;
    var instance = instances == null ? null : instances.get(index);
    if (instance == null) {
      return respond(function, device, () -> instances == null ? INVALID_ARGUMENT : NOT_FOUND);
    }
    if (!handles.contains(instance)) {
      handles.add(instance);
    }
    out[0] = FIRST_HANDLE + handles.indexOf(instance);
    return respond(function, device, () -> SUCCESS);
  }

  @Override
  public int value(NvmlFunction function, long device, int[] out) {
    return respond(
        function,
        device,
        () -> {
          Integer value = gpu(device).values.get(function);
          out[0] = value == null ? 0 : value;
          return value == null ? NOT_SUPPORTED : SUCCESS;
        });
  }

  @Override
  public int value(NvmlFunction function, long device, int argument, int[] out) {
    return respond(function, device, () -> valueWithArgument(function, device, argument, out));
  }

  private int valueWithArgument(NvmlFunction function, long device, int argument, int[] out) {
    var links = gpu(device).remoteTypes;
    switch (function) {
      case TEMPERATURE_THRESHOLD -> out[0] = 90 + argument;
      case MAX_CUSTOMER_BOOST_CLOCK -> out[0] = 1980 + argument;
      case NVLINK_STATE -> {
        out[0] = argument < links.size() ? 1 : 0;
        return argument < 12 ? SUCCESS : INVALID_ARGUMENT;
      }
      case NVLINK_REMOTE_TYPE -> out[0] = links.get(argument);
      default -> {
        return value(function, device, out);
      }
    }
    return SUCCESS;
  }

  @Override
  public int pair(NvmlFunction function, long device, int[] out) {
    out[0] = function == NvmlFunction.POWER_LIMIT_CONSTRAINTS ? 200_000 : 1;
    out[1] = function == NvmlFunction.POWER_LIMIT_CONSTRAINTS ? 700_000 : 1;
    if (function == NvmlFunction.MIG_MODE) {
      out[0] = gpu(device).instances == null ? 0 : 1;
    }
    return respond(function, device, () -> SUCCESS);
  }

  @Override
  public int text(NvmlFunction function, long device, byte[] out) {
    var gpu = gpu(device);
    var text =
        switch (function) {
          case UUID -> gpu.uuid;
          case NAME -> gpu.name;
          default -> TEXTS.getOrDefault(function, "");
        };
    return respond(function, device, () -> writeText(text, out));
  }

  @Override
  public int struct(NvmlFunction function, long device, ByteBuffer out) {
    return respond(function, device, () -> fillStruct(function, gpu(device), out));
  }

  private static int fillStruct(NvmlFunction function, FakeGpu gpu, ByteBuffer out) {
    switch (function) {
      case UTILIZATION -> out.putInt(0, gpu.values.getOrDefault(function, 0)).putInt(4, 12);
      case TOTAL_ENERGY -> out.putLong(0, gpu.energyMillijoules);
      case ATTRIBUTES ->
          out.putInt(24, (int) gpu.attributes[0])
              .putInt(28, (int) gpu.attributes[1])
              .putLong(32, gpu.attributes[2]);
      case GPM_SUPPORT -> out.putInt(4, 1);
      case PCI_INFO -> out.putInt(16, 0).putInt(20, 0x3b).putInt(24, 0);
      case GSP_FIRMWARE_VERSION -> out.put(0, "550.54.15\0".getBytes(US_ASCII));
      case MEMORY_V2 -> {
        if (out.getInt(0) != MEMORY_V2_VERSION) {
          return ARGUMENT_VERSION_MISMATCH;
        }
        long freeBytes = gpu.totalBytes - gpu.usedBytes - gpu.reservedBytes;
        out.putLong(8, gpu.totalBytes).putLong(16, gpu.reservedBytes);
        out.putLong(24, freeBytes).putLong(32, gpu.usedBytes);
      }
      default -> {
        long usedBytes = gpu.usedBytes + gpu.reservedBytes;
        out.putLong(0, gpu.totalBytes)
            .putLong(8, gpu.totalBytes - usedBytes)
            .putLong(16, usedBytes);
      }
    }
    return SUCCESS;
  }

  @Override
  public int list(NvmlFunction function, long device, int[] count, ByteBuffer out) {
    var entries = gpu(device).processes.getOrDefault(function, List.of());
    return respond(
        function,
        device,
        () -> {
          boolean hasRoom = count[0] >= entries.size();
          count[0] = entries.size();
          for (int i = 0; hasRoom && i < entries.size(); i++) {
            writeEntry(entries.get(i), out, i * processStrideBytes);
          }
          return hasRoom ? SUCCESS : INSUFFICIENT_SIZE;
        });
  }

  private void writeEntry(FakeGpu.FakeProcess entry, ByteBuffer out, int offset) {
    out.putInt(offset, (int) entry.pid()).putLong(offset + 8, entry.memoryBytes());
    for (int fieldOffset = 16; fieldOffset < processStrideBytes; fieldOffset += 4) {
      out.putInt(offset + fieldOffset, -1);
    }
  }

  @Override
  public String symbol(NvmlFunction function) {
    return function.symbols().get(Math.min(symbolIndex, function.symbols().size() - 1));
  }

  @Override
  public void close() {
    closeCount++;
  }

  /** Returns the number of calls of a function on any device. */
  long callCount(NvmlFunction function) {
    return calls.stream().filter(function::equals).count();
  }

  private FakeGpu gpu(long device) {
    return handles.get((int) (device - FIRST_HANDLE));
  }

  private int respond(NvmlFunction function, long device, IntSupplier onSuccess) {
    calls.add(function);
    if (missingFunctions.contains(function)) {
      return FUNCTION_NOT_FOUND;
    }
    var gpu = gpu(device);
    int code = gpu.codes.getOrDefault(function, gpu.code);
    return code == SUCCESS ? onSuccess.getAsInt() : code;
  }

  private static int writeText(String text, byte[] out) {
    Arrays.fill(out, (byte) 0);
    System.arraycopy(text.getBytes(US_ASCII), 0, out, 0, text.length());
    return SUCCESS;
  }
}
