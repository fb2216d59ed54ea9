package io.muster.collector.proc;

import java.util.ArrayList;
import java.util.List;

/** Bytes received and sent over one network interface, from {@code /proc/[pid]/net/dev}. */
public record InterfaceCounters(String name, long receivedBytes, long sentBytes) {
  private static final int COLUMNS_BETWEEN_BYTE_COUNTS = 7;

  /** Parses the file. */
  public static List<InterfaceCounters> parse(KernelFileScanner file) {
    var interfaces = new ArrayList<InterfaceCounters>();
    file.skipLine(); // the first of two header lines
    for (file.skipLine(); !file.isAtEnd(); file.skipLine()) {
      var name = file.nextUntil(':');
      long receivedBytes = file.nextNumber();
      file.skipWords(COLUMNS_BETWEEN_BYTE_COUNTS);
      if (!name.isEmpty()) {
        interfaces.add(new InterfaceCounters(name, receivedBytes, file.nextNumber()));
      }
    }
    return interfaces;
  }
}
