package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.function.LongSupplier;

/**
 * The demand lease for the process table of a host. Renewed on the context of its loop; {@link
 * #isActive} may be called by any thread.
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
    return renewed && nanoTime.getAsLong() - renewedAtNanos < DemandTopic.LEASE_DURATION.toNanos();
  }
}
