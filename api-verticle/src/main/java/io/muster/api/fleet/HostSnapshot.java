package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import java.time.Duration;
import java.util.Optional;

/**
 * A host and its newest frame.
 *
 * @param frame newest frame
 * @param receivedNanos when it came, by this node's monotonic clock
 * @param collectError why the host's collector did not give a newer one when it was asked
 */
record HostSnapshot(EncodedFrame frame, long receivedNanos, Optional<SectionError> collectError) {
  private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  static HostSnapshot of(EncodedFrame frame, long nowNanos) {
    return new HostSnapshot(frame, nowNanos, Optional.empty());
  }

  HostSnapshot withCollectError(String message) {
    return new HostSnapshot(
        frame,
        receivedNanos,
        Optional.of(new SectionError(Section.GPU, SectionError.Kind.TIMEOUT, message)));
  }

  /** From this instant on, ns, a reader is worth a collection: two intervals after the frame. */
  long refreshDueAtNanos() {
    return receivedNanos + 2 * frame.header().interval().toNanos();
  }

  /**
   * From this instant on, ns, the host counts as silent: two intervals and a second after its
   * newest frame.
   */
  long staleAtNanos() {
    return refreshDueAtNanos() + GRACE_NANOS;
  }

  boolean isFresh(long nowNanos) {
    return collectError.isEmpty() && nowNanos - staleAtNanos() < 0;
  }

  HostStatus status(long nowNanos) {
    var age = Duration.ofNanos(nowNanos - receivedNanos);
    return new HostStatus(frame.header(), age, isFresh(nowNanos));
  }

  String host() {
    return frame.header().hostId();
  }

  /** Why the host is not shown: it is stale, or its collector did not answer just now. */
  SectionError silenceError(long nowNanos) {
    var message = "host " + host() + ": no frame since " + frame.header().sampledAt();
    var stale = new SectionError(Section.GPU, SectionError.Kind.STALE, message);
    return nowNanos - staleAtNanos() < 0 ? collectError.orElse(stale) : stale;
  }
}
