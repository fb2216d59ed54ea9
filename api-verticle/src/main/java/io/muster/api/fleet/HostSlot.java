package io.muster.api.fleet;

import org.jspecify.annotations.Nullable;

/** The place of one host in the view. Written by the context of the view; any thread may read. */
final class HostSlot {
  private volatile HostState state;
  private volatile @Nullable Shown shown;

  HostSlot(HostState state) {
    this.state = state;
  }

  HostState state() {
    return state;
  }

  void put(HostState newer) {
    state = newer;
  }

  /** What is shown of this host now; the same object until something changes. */
  FleetFrame show(long nowNanos) {
    var newest = state;
    var known = shown;
    if (known == null || !known.holds(newest, nowNanos)) {
      known = Shown.of(newest, nowNanos);
      shown = known;
    }
    return known.frame();
  }
}
