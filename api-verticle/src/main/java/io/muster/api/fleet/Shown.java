package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SectionError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A frame that can be shown until a host in it falls silent.
 *
 * @param basis what it was made of: a reader may store it after that has changed
 * @param untilNanos by the monotonic clock
 */
record Shown(FleetFrame frame, Object basis, long untilNanos) {
  static Shown of(HostState host, long nowNanos) {
    return of(host.host(), List.of(host), host, nowNanos);
  }

  /** The hosts, not none, under one name. */
  static Shown of(String name, Collection<HostState> hosts, Object basis, long nowNanos) {
    var frames = new ArrayList<EncodedFrame>();
    var silent = new ArrayList<String>();
    var errors = new ArrayList<SectionError>();
    var holds = Long.MAX_VALUE;
    for (var host : hosts) {
      if (host.isFresh(nowNanos)) {
        frames.add(host.frame());
        errors.addAll(host.frame().errors());
        holds = Math.min(holds, host.staleAtNanos() - nowNanos);
      } else {
        silent.add(host.host());
        errors.add(host.silence(nowNanos));
      }
    }
    var at = newest(frames.isEmpty() ? hosts.stream().map(HostState::frame).toList() : frames);
    return new Shown(new FleetFrame(name, at, frames, silent, errors), basis, nowNanos + holds);
  }

  boolean holds(Object newestBasis, long nowNanos) {
    return basis == newestBasis && nowNanos - untilNanos < 0;
  }

  private static Instant newest(List<EncodedFrame> frames) {
    return frames.stream()
        .map(frame -> frame.header().sampledAt())
        .max(Instant::compareTo)
        .orElseThrow();
  }
}
