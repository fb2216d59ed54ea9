package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import java.time.Duration;
import java.util.Optional;

/**
 * A host and its latest frame.
 *
 * @param frame latest frame
 * @param receivedNanos arrival of the frame by this node's monotonic clock
 * @param collectError reason why the host's collector did not return a newer frame on request
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

  /** The instant, ns, from which a reader triggers a collection: two intervals after the frame. */
  long refreshDueAtNanos() {
    return receivedNanos + 2 * frame.header().interval().toNanos();
  }

  /**
   * The instant, ns, from which the host counts as silent: two intervals and a second after its
   * latest frame.
   */
  long staleAtNanos() {
    return refreshDueAtNanos() + GRACE_NANOS;
  }

  boolean isFresh(long nowNanos) {
    return collectError.isEmpty() && nowNanos - staleAtNanos() < 0;
  }

  HostStatus status(long nowNanos) {
    var age = Duration.ofNanos(nowNanos - receivedNanos);
    return new HostStatus(frame, age, isFresh(nowNanos));
  }

  String host() {
    return frame.header().hostId();
  }

  /** The reason why the host is silent: its frame is stale, or its collector did not respond. */
  SectionError silenceError(long nowNanos) {
    var message = "host " + host() + ": no frame since " + frame.header().sampledAt();
    var stale = new SectionError(Section.GPU, SectionError.Kind.STALE, message);
    return nowNanos - staleAtNanos() < 0 ? collectError.orElse(stale) : stale;
  }
}
