package io.muster.api.event;

import io.muster.api.state.StateBytes;
import java.util.Optional;

/**
 * The position of one subscriber among the events that its event loop holds. Confined to the event
 * loop of its subscriber.
 */
public final class FleetEventCursor {
  private final EventBroadcaster broadcaster;
  private final EventSubscriber subscriber;
  private long next;
  private long skipped;

  FleetEventCursor(EventBroadcaster broadcaster, EventSubscriber subscriber, long next) {
    this.broadcaster = broadcaster;
    this.subscriber = subscriber;
    this.next = next;
  }

  /** Returns the next event; empty if there is none. */
  public Optional<StateBytes> take() {
    var first = broadcaster.firstHeld();
    if (next < first) {
      skipped += first - next;
      broadcaster.countSkipped(first - next);
      next = first;
    }
    return next < broadcaster.end() ? Optional.of(broadcaster.held(next++)) : Optional.empty();
  }

  /** Returns the number of events that were lost since the last call, because it was too slow. */
  public long takeSkipped() {
    var lost = skipped;
    skipped = 0;
    return lost;
  }

  EventSubscriber subscriber() {
    return subscriber;
  }
}
