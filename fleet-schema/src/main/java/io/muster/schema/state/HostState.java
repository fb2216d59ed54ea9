package io.muster.schema.state;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The state of a host. A code never changes its meaning; states may be added, and a reader treats
 * one that it does not know as {@link #DEGRADED}.
 */
public enum HostState {
  OK(0),
  /** A GPU is not well, or a section has no readings because of an error. */
  DEGRADED(1),
  /** No frame for two intervals: it is about to be silent. */
  STALE(2),
  /** No frame for two intervals and a second, or its collector does not respond. */
  SILENT(3),
  /** Declared to be under maintenance in the registry, whatever else its state is. */
  MAINTENANCE(4);

  private final int code;

  HostState(int code) {
    this.code = code;
  }

  /** Returns the number of the state on the wire. */
  public int code() {
    return code;
  }

  /** Returns the name of the state on the wire. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the words of all states; the position of a word is its code. */
  public static List<String> words() {
    return Arrays.stream(values())
        .sorted(Comparator.comparingInt(HostState::code))
        .map(HostState::word)
        .toList();
  }
}
