package io.muster.collector.host;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Elapsed time that stands until it is turned. */
final class ManualClock implements LongSupplier {
  private long nanos;

  void turn(Duration by) {
    nanos += by.toNanos();
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
