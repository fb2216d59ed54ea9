package io.muster.api.fleet;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock that the test advances. It starts one second before it overflows. */
public final class ManualNanos implements LongSupplier {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000);

  @Override
  public long getAsLong() {
    return now.get();
  }

  public void advance(Duration elapsed) {
    now.addAndGet(elapsed.toNanos());
  }

  public void advanceNanos(long elapsed) {
    now.addAndGet(elapsed);
  }
}
