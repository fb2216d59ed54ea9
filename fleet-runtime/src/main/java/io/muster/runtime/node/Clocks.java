package io.muster.runtime.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The wall clock and the monotonic clock.
 *
 * @param wallClock for instants that are published; may jump
 * @param nanoTime for elapsed time, ns; never jumps
 */
public record Clocks(InstantSource wallClock, LongSupplier nanoTime) {
  /** The clocks of the system. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), System::nanoTime);
  }
}
