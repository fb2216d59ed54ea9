package io.muster.api.fleet;

import org.jspecify.annotations.Nullable;

/** The place of one host in the view. Written by the context of the view; any thread may read. */
final class HostEntry {
  private volatile HostSnapshot snapshot;
  private volatile @Nullable CachedSnapshot cached;

  HostEntry(HostSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  HostSnapshot snapshot() {
    return snapshot;
  }

  void update(HostSnapshot newer) {
    snapshot = newer;
  }

  /** What is shown of this host now; the same object until something changes. */
  FleetFrame currentFrame(long nowNanos) {
    var newest = snapshot;
    var known = cached;
    if (known == null || !known.isValid(newest, nowNanos)) {
      known = CachedSnapshot.of(newest, nowNanos);
      cached = known;
    }
    return known.frame();
  }
}
