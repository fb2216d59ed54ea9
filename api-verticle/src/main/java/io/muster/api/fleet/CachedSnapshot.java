package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SectionError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A composed frame, valid until a host in it becomes silent.
 *
 * @param source object from which the frame was composed; the frame is invalid once another object
 *     has replaced it
 * @param validUntilNanos instant on the monotonic clock, ns
 */
record CachedSnapshot(FleetFrame frame, Object source, long validUntilNanos) {
  static CachedSnapshot of(HostSnapshot host, long nowNanos) {
    return of(host.host(), List.of(host), host, nowNanos);
  }

  /** Composes the frame of at least one host under one name. */
  static CachedSnapshot of(
      String name, Collection<HostSnapshot> hosts, Object source, long nowNanos) {
    var frames = new ArrayList<EncodedFrame>();
    var silent = new ArrayList<String>();
    var errors = new ArrayList<SectionError>();
    var validNanos = Long.MAX_VALUE;
    for (var host : hosts) {
      if (host.isFresh(nowNanos)) {
        frames.add(host.frame());
        errors.addAll(host.frame().errors());
        validNanos = Math.min(validNanos, host.staleAtNanos() - nowNanos);
      } else {
        silent.add(host.host());
        errors.add(host.silenceError(nowNanos));
      }
    }
    var sampledAt =
        newestInstant(frames.isEmpty() ? hosts.stream().map(HostSnapshot::frame).toList() : frames);
    return new CachedSnapshot(
        new FleetFrame(name, sampledAt, frames, silent, errors), source, nowNanos + validNanos);
  }

  boolean isValid(Object currentSource, long nowNanos) {
    return source == currentSource && nowNanos - validUntilNanos < 0;
  }

  private static Instant newestInstant(List<EncodedFrame> frames) {
    return frames.stream()
        .map(frame -> frame.header().sampledAt())
        .max(Instant::compareTo)
        .orElseThrow();
  }
}
