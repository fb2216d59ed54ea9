package io.muster.collector.inspection;

import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Looks at one host closely. All calls come from one thread, one after another, and may block. Made
 * when somebody begins to look and closed when nobody does any more, so that it may keep what it
 * needs for the next look. A part that cannot be read fails the call; a share of time is one since
 * the call before, and means nothing at the first.
 */
public interface HostInspector extends AutoCloseable {
  /** The fast-changing numbers, without accelerators. */
  Vitals vitals() throws IOException;

  /** In the order of the answer. */
  List<Disk> disks() throws IOException;

  /** All processes, by pid. */
  List<ProcessUsage> processes() throws IOException;

  /** One process; fails with {@code PROCESS_UNKNOWN}. Its share of time needs no call before. */
  ProcessDetail process(long pid) throws IOException;

  /** How far apart two calls must be, so that a share of the time between them means something. */
  default Duration minReadInterval() {
    return Duration.ofMillis(100);
  }

  /** Gives everything back. Called once, when no other call is under way. */
  @Override
  default void close() {}
}
