package io.muster.api.state;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The position of one subscriber, and the number of states that it has not received yet: a slow
 * subscriber gets them as one change. Confined to the event loop of its subscriber.
 */
public final class StateCursor {
  private final StateSubscriber subscriber;
  private final StateMetrics metrics;
  private FleetState newest;
  private @Nullable StatePosition position;
  private int held;
  private boolean closed;

  /**
   * Creates a cursor.
   *
   * @param position of a subscriber that continues, which the state covers; empty for one that
   *     starts with the full state
   */
  StateCursor(
      StateSubscriber subscriber,
      FleetState newest,
      Optional<StatePosition> position,
      StateMetrics metrics) {
    this.subscriber = subscriber;
    this.newest = newest;
    this.position = position.orElse(null);
    this.metrics = metrics;
    if (!newest.position().equals(this.position)) {
      hold();
    }
  }

  /** The newest state. */
  public FleetState newest() {
    return newest;
  }

  /**
   * Returns the full state at the start, else the change since the last call; empty if there is
   * none.
   */
  public Optional<StateBytes> take() {
    if (held == 0) {
      return Optional.empty();
    }
    metrics.delivered().increment();
    metrics.merged().increment(held - 1);
    held = 0;
    var from = position;
    position = newest.position();
    return Optional.of(
        from != null && newest.covers(from) ? newest.changeSince(from) : newest.full());
  }

  StateSubscriber subscriber() {
    return subscriber;
  }

  /** Adds a state, then drains the cursor. */
  void offer(FleetState state) {
    if (closed || state.head().sequence() <= newest.head().sequence()) {
      return;
    }
    newest = state;
    hold();
    drain();
  }

  void drain() {
    if (!closed) {
      subscriber.drain(this);
    }
  }

  /** Ignores states that are offered from now on. */
  void close() {
    closed = true;
    metrics.dropped().increment(held);
    held = 0;
  }

  private void hold() {
    held++;
    metrics.offered().increment();
  }
}
