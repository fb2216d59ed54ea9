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
 * again; what else it refuses is reported, and the reading is empty. Once the GPU says that it is
 * lost, the rest of that read asks it nothing.
 */
final class NvmlDevice {
  private final NvmlSession session;
  private final NvmlBinding binding;
  private final long handle;
  private final String label;
  private final Troubles troubles;

  /** One bit for each argument, which are below 32: thresholds, clocks, links, parts. */
  private final Map<NvmlFunction, Integer> unsupported = new EnumMap<>(NvmlFunction.class);

  private final int[] number = new int[1];
  private final int[] pair = new int[2];
  private final long[] part = new long[1];
  private final byte[] text = new byte[NvmlBinding.TEXT_BUFFER_BYTES];
  private final ByteBuffer struct =
      ByteBuffer.allocateDirect(NvmlBinding.TEXT_BUFFER_BYTES).order(ByteOrder.nativeOrder());
  private boolean lost;

  /**
   * @param label what its troubles are reported under: its UUID
   */
  NvmlDevice(NvmlSession session, long handle, String label, Troubles troubles) {
    this.session = session;
    this.binding = session.binding();
    this.handle = handle;
    this.label = label;
    this.troubles = troubles;
  }

  /** Asks the GPU again, even if it was lost before. */
  void beginRead() {
    lost = false;
  }

  /** Whether it said so since {@link #beginRead}. */
  boolean lost() {
    return lost;
  }

  /** The library's name for it, good for this session. */
  long handle() {
    return handle;
  }

  /** What its troubles are reported under. */
  String label() {
    return label;
  }

  NvmlSession session() {
    return session;
  }

  /** C name that the function goes by in this driver. */
  String symbol(NvmlFunction function) {
    return binding.symbol(function);
  }

  /** Whether the GPU, or its driver, is known not to have that function. */
  boolean lacks(NvmlFunction function) {
    return lacks(function, 0);
  }

  OptionalInt value(NvmlFunction function) {
    return asks(function, 0) && accepts(function, 0, binding.value(function, handle, number))
        ? OptionalInt.of(number[0])
        : OptionalInt.empty();
  }

  /** A reading of one sensor, clock or link. */
  OptionalInt value(NvmlFunction function, int argument) {
    if (!asks(function, argument)) {
      return OptionalInt.empty();
    }
    int code = binding.value(function, handle, argument, number);
    if (code == NvmlBinding.INVALID_ARGUMENT) {
      code = NvmlBinding.NOT_SUPPORTED; // a sensor or link that this GPU or driver does not know
    }
    return accepts(function, argument, code) ? OptionalInt.of(number[0]) : OptionalInt.empty();
  }

  Optional<Pair> pair(NvmlFunction function) {
    return asks(function, 0) && accepts(function, 0, binding.pair(function, handle, pair))
        ? Optional.of(new Pair(pair[0], pair[1]))
        : Optional.empty();
  }

  Optional<String> text(NvmlFunction function) {
    return asks(function, 0) && accepts(function, 0, binding.text(function, handle, text))
        ? Optional.of(NvmlSession.text(text)).filter(found -> !found.isEmpty())
        : Optional.empty();
  }

  /** Text of a function that takes no length. */
  Optional<String> unboundedText(NvmlFunction function) {
    return struct(function, 0)
        .map(
            found -> {
              found.get(text);
              return NvmlSession.text(text);
            })
        .filter(found -> !found.isEmpty());
  }

  /**
   * A struct, to be read before the next one is asked for.
   *
   * @param version what its first field is set to before the call; its second field is 0
   */
  Optional<ByteBuffer> struct(NvmlFunction function, int version) {
    if (!asks(function, 0)) {
      return Optional.empty();
    }
    struct.clear().putInt(0, version).putInt(Integer.BYTES, 0);
    int code = binding.struct(function, handle, struct);
    if (code == NvmlBinding.ARGUMENT_VERSION_MISMATCH) {
      code = NvmlBinding.NOT_SUPPORTED; // this driver has other versions of the struct only
    }
    return accepts(function, 0, code) ? Optional.of(struct) : Optional.empty();
  }

  /** Handle of the part of the GPU at that place; empty where there is none. */
  OptionalLong part(NvmlFunction function, int place) {
    if (!asks(function, place)) {
      return OptionalLong.empty();
    }
    int code = binding.part(function, handle, place, part);
    return accepts(function, place, code) ? OptionalLong.of(part[0]) : OptionalLong.empty();
  }

  /** A part of the GPU, whose troubles are those of the GPU. */
  NvmlDevice partAt(long handleOfPart) {
    return new NvmlDevice(session, handleOfPart, label, troubles);
  }

  /**
   * Fills a list; the code is the caller's to judge, for it may ask for more room. A list that the
   * GPU is known not to have is {@link NvmlBinding#NO_DATA}.
   */
  int list(NvmlFunction function, int[] count, ByteBuffer entries) {
    return asks(function, 0) ? binding.list(function, handle, count, entries) : NvmlBinding.NO_DATA;
  }

  /** Whether that code is a success; remembers, reports or throws what is not. */
  boolean accepts(NvmlFunction function, int code) {
    return accepts(function, 0, code);
  }

  private boolean accepts(NvmlFunction function, int argument, int code) {
    switch (code) {
      case NvmlBinding.SUCCESS -> {
        return true;
      }
      case NvmlBinding.NOT_SUPPORTED, NvmlBinding.FUNCTION_NOT_FOUND, NvmlBinding.DEPRECATED ->
          unsupported.merge(function, 1 << argument, (known, more) -> known | more);
      case NvmlBinding.NOT_FOUND,
          NvmlBinding.NO_DATA,
          NvmlBinding.NOT_READY,
          NvmlBinding.TIMEOUT -> {
        // No news is no trouble: the reading is empty this time.
      }
      default -> refuse(session.refusal(function, code));
    }
    return false;
  }

  private void refuse(NvmlException refused) {
    if (Troubles.endsSession(refused.code())) {
      throw refused;
    }
    lost = lost || refused.code() == NvmlBinding.GPU_IS_LOST;
    troubles.report(label, refused);
  }

  private boolean asks(NvmlFunction function, int argument) {
    return !lost && !lacks(function, argument);
  }

  private boolean lacks(NvmlFunction function, int argument) {
    return (unsupported.getOrDefault(function, 0) & 1 << argument) != 0;
  }

  /** Two numbers of one call. */
  record Pair(int first, int second) {}
}
