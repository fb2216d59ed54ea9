package io.muster.collector.inspection;

import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.inspection.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Samples one host in detail. All methods are called by one thread, one after another, and may
 * block, except {@link #minReadInterval}, which any thread may call. Created at the start of an
 * inspection session and closed at its end, so that it may keep state for the next call. A call
 * fails if a part of its result cannot be read; CPU usage is measured since the previous call, and
 * is meaningless at the first call.
 */
public interface HostInspector extends AutoCloseable {
  /** Reads the fast-changing values, without accelerators. */
  Vitals vitals() throws IOException;

  /** Reads the disks, in the order of the response. */
  List<Disk> disks() throws IOException;

  /** Reads all processes, sorted by pid. */
  List<ProcessUsage> processes() throws IOException;

  /**
   * Reads one process; fails with {@code PROCESS_UNKNOWN} if it does not exist. Its CPU usage needs
   * no previous call.
   */
  ProcessDetail process(long pid) throws IOException;

  /** The minimum time between two calls for a meaningful CPU usage. */
  default Duration minReadInterval() {
    return Duration.ofMillis(100);
  }

  /** Releases all resources. Called once, while no other call is in progress. */
  @Override
  default void close() {}
}
