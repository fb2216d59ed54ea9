package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Section;
import java.util.function.LongSupplier;

/** Whether somebody wants the process table of a host now. Confined to the context of its loop. */
final class DemandLease {
  private final LongSupplier nanos;
  private boolean wanted;
  private long renewedNanos;

  DemandLease(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void renew(Section section) {
    if (section == Section.PROCESS) {
      wanted = true;
      renewedNanos = nanos.getAsLong();
    }
  }

  boolean isWanted() {
    wanted = wanted && nanos.getAsLong() - renewedNanos < DemandTopic.LEASE.toNanos();
    return wanted;
  }
}
