package io.muster.api.limit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The number of connections or streams that are open; exact, since a limit applies. Safe for use by
 * any thread.
 */
public final class OpenCount {
  private final AtomicInteger open = new AtomicInteger();

  /** Counts one more, and returns true, unless the maximum is open already. 0 for no limit. */
  public boolean tryOpen(int max) {
    var limit = max == 0 ? Integer.MAX_VALUE : max;
    return open.getAndUpdate(count -> count < limit ? count + 1 : count) < limit;
  }

  /** Counts one less. */
  public void close() {
    open.decrementAndGet();
  }

  /** Returns true if {@link #tryOpen} would return false. 0 for no limit. */
  public boolean isFull(int max) {
    return max > 0 && current() >= max;
  }

  /** Returns the number that is open now. */
  public int current() {
    return open.get();
  }
}
