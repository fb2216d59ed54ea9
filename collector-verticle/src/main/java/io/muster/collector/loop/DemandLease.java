package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.function.LongSupplier;

/**
 * Whether somebody wants the process table of a host now. Renewed on the context of its loop; any
 * thread may ask.
 */
final class DemandLease {
  private final LongSupplier nanoTime;
  private volatile boolean renewed;
  private volatile long renewedAtNanos;

  DemandLease(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void renew(Section section) {
    if (section == Section.PROCESS) {
      renewedAtNanos = nanoTime.getAsLong();
      renewed = true;
    }
  }

  boolean isActive() {
    return renewed && nanoTime.getAsLong() - renewedAtNanos < DemandTopic.LEASE.toNanos();
  }
}
