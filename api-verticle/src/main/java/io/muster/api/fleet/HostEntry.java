package io.muster.api.fleet;

import org.jspecify.annotations.Nullable;

/**
 * The entry of one host in the view. Its snapshot is replaced by the owner context only; any thread
 * may read it, and caches the frame that it composes.
 */
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

  /** Returns the current frame of this host; the same object until something changes. */
  FleetFrame currentFrame(long nowNanos) {
    var newest = snapshot;
    var current = cached;
    if (current == null || !current.isValid(newest, nowNanos)) {
      current = CachedSnapshot.of(newest, nowNanos);
      cached = current;
    }
    return current.frame();
  }
}
