package io.muster.collector.heartbeat.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process for tests that kill it: appends heartbeats with rising instants, prints the range of
 * each append once it is on disk ({@code +7..9}), and occasionally acknowledges the oldest ones,
 * after printing the last of them ({@code -3}).
 */
final class SpoolAppenderMain {
  private SpoolAppenderMain() {}

  public static void main(String[] arguments) throws IOException {
    var random = new Random(Long.parseLong(arguments[1]));
    var lost = SpoolFixtures.newLostCounter();
    try (var spool =
            Spool.open(Path.of(arguments[0]), 64 * Spool.MIN_BYTES, SpoolDisk.LOCAL, lost);
        var out = new FileOutputStream(FileDescriptor.out)) {
      for (var first = Long.parseLong(arguments[1]); ; ) {
        var last = first + random.nextInt(40);
        spool.append(SpoolFixtures.spoolRecords(first, last));
        print(out, "+" + first + ".." + last);
        first = last + 1;
        if (random.nextInt(4) == 0) {
          acknowledge(spool, out, 1 + random.nextInt(100));
        }
      }
    }
  }

  private static void acknowledge(Spool spool, FileOutputStream out, int count) throws IOException {
    var batch = spool.peek(count, 1 << 20);
    var instants = SpoolFixtures.instants(batch);
    print(out, "-" + instants.get(instants.size() - 1));
    spool.acknowledge(batch);
    spool.saveCursor();
  }

  private static void print(FileOutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(US_ASCII));
  }
}
