package io.muster.collector.proc;

import java.util.BitSet;

/** Parser of the kernel's notation for a set of CPUs: {@code 0-3,8,10-11}. */
public final class CpuList {
  private static final int MAX_CPUS = 1 << 16;

  private CpuList() {}

  /**
   * Returns the CPU numbers of a list; an entry that is neither a number nor a range is skipped.
   */
  public static BitSet parse(String text) {
    var cpus = new BitSet();
    for (var range : text.strip().split(",", -1)) {
      addRange(range, cpus);
    }
    return cpus;
  }

  private static void addRange(String range, BitSet cpus) {
    int dash = range.indexOf('-');
    int first = parseNumber(dash < 0 ? range : range.substring(0, dash));
    int last = dash < 0 ? first : parseNumber(range.substring(dash + 1));
    if (first >= 0 && last >= first) {
      cpus.set(first, last + 1);
    }
  }

  private static int parseNumber(String text) {
    try {
      return Math.min(Integer.parseInt(text.strip()), MAX_CPUS);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
