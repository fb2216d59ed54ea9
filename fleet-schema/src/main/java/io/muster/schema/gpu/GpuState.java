package io.muster.schema.gpu;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The state of a GPU. A code never changes its meaning; states may be added, and a reader treats
 * one that it does not know as {@link #DEGRADED}.
 */
public enum GpuState {
  OK(0),
  /** Some of its readings failed, or its driver reports a defect. */
  DEGRADED(1),
  /** It fell off the bus, or its driver no longer lists it. */
  LOST(2),
  /** Its driver requires a reset. */
  RESET_REQUIRED(3),
  /** Its driver does not return in time. */
  HUNG(4),
  /** None of its readings succeeds, for a reason that is not known. */
  UNREADABLE(5),
  /** The collector lacks the permission to read it. */
  NO_PERMISSION(6),
  /** It is switched off until a program needs it. */
  ASLEEP(7);

  /** Readings of which every GPU that responds has one at least. */
  private static final List<GpuReading> COMMON_READINGS =
      List.of(
          GpuReading.UTILIZATION,
          GpuReading.USED_MEMORY,
          GpuReading.TEMPERATURE,
          GpuReading.POWER_CONSUMPTION,
          GpuReading.FREQUENCY);

  private final int code;

  GpuState(int code) {
    this.code = code;
  }

  /** Returns the number of the state on the wire. */
  public int code() {
    return code;
  }

  /** Returns the name of the state on the wire. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the words of all states; the position of a word is its code. */
  public static List<String> words() {
    return Arrays.stream(values())
        .sorted(Comparator.comparingInt(GpuState::code))
        .map(GpuState::word)
        .toList();
  }

  /**
   * Returns the state of a GPU. One whose collector reports no state is unreadable if it has no
   * readings.
   */
  public static GpuState of(Gpu gpu) {
    return gpu.state().orElse(isReadable(gpu.values()) ? OK : UNREADABLE);
  }

  /** Returns true if the values contain more than facts. */
  public static boolean isReadable(GpuValues values) {
    return COMMON_READINGS.stream().anyMatch(reading -> !Double.isNaN(values.orNan(reading)));
  }

  /** Returns true if nothing is wrong with the GPU. */
  public boolean isGood() {
    return this == OK || this == ASLEEP;
  }

  /** Returns {@link #DEGRADED} for an unknown word, because a newer collector may add states. */
  @JsonCreator
  static GpuState ofWord(String word) {
    return Arrays.stream(values())
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElse(DEGRADED);
  }
}
