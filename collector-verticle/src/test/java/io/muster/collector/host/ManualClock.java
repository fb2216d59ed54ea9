package io.muster.collector.host;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Elapsed time that only {@link #advance} changes. */
final class ManualClock implements LongSupplier {
  private long nanos;

  void advance(Duration duration) {
    nanos += duration.toNanos();
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
