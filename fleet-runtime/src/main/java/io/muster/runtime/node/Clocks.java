package io.muster.runtime.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two kinds of time.
 *
 * @param wallClock for instants that others see; it may jump
 * @param nanoTime for elapsed time, ns; it never jumps
 */
public record Clocks(InstantSource wallClock, LongSupplier nanoTime) {
  /** The system's clocks. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), System::nanoTime);
  }
}
