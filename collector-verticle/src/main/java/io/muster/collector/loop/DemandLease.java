package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.function.LongSupplier;

/**
 * Whether somebody wants the process table of a host now. Renewed on the context of its loop; any
 * thread may ask.
 */
final class DemandLease {
  private final LongSupplier nanos;
  private volatile boolean wanted;
  private volatile long renewedNanos;

  DemandLease(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void renew(Section section) {
    if (section == Section.PROCESS) {
      renewedNanos = nanos.getAsLong();
      wanted = true;
    }
  }

  boolean isWanted() {
    return wanted && nanos.getAsLong() - renewedNanos < DemandTopic.LEASE.toNanos();
  }
}
