package io.muster.runtime.node;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two kinds of time.
 *
 * @param wall for instants that others see; it may jump
 * @param nanos for elapsed time, ns; it never jumps
 */
public record Clocks(InstantSource wall, LongSupplier nanos) {
  /** The system's clocks. */
  public static Clocks system() {
    return new Clocks(InstantSource.system(), System::nanoTime);
  }
}
