package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import java.time.Duration;

/**
 * A host and its newest frame.
 *
 * @param frame newest frame
 * @param receivedNanos when it came, by this node's monotonic clock
 */
record HostState(EncodedFrame frame, long receivedNanos) {
  private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  /**
   * From this instant on, ns, the host counts as silent: two intervals and a second after its
   * newest frame.
   */
  long staleAtNanos() {
    return receivedNanos + 2 * frame.head().interval().toNanos() + GRACE_NANOS;
  }

  boolean isFresh(long nowNanos) {
    return nowNanos - staleAtNanos() < 0;
  }

  String host() {
    return frame.head().hostId();
  }

  SectionError staleError() {
    var message = "host " + host() + ": no frame since " + frame.head().at();
    return new SectionError(Section.GPU, SectionError.Kind.STALE, message);
  }
}
