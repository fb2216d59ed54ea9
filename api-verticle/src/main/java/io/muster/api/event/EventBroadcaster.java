package io.muster.api.event;

import io.micrometer.core.instrument.Counter;
import io.muster.api.state.StateBytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Delivers fleet events to the subscribers of one event loop. It holds the newest events, so that a
 * subscriber needs no queue of its own. Confined to its event loop.
 */
public final class EventBroadcaster {
  /** The events of a large failure, such as that of a rack with its GPUs. */
  private static final int MAX_HELD = 2_000;

  private final Counter skipped;
  private final List<StateBytes> held = new ArrayList<>();
  private final Set<FleetEventCursor> cursors = new LinkedHashSet<>();
  private long end;

  /**
   * Creates a broadcaster.
   *
   * @param skipped counts the events that slow subscribers did not get
   */
  EventBroadcaster(Counter skipped) {
    this.skipped = skipped;
  }

  /** Adds a subscriber of all following events. */
  public FleetEventCursor subscribe(EventSubscriber subscriber) {
    var cursor = new FleetEventCursor(this, subscriber, end);
    cursors.add(cursor);
    return cursor;
  }

  /** Removes a subscriber that has disconnected. */
  public void unsubscribe(FleetEventCursor cursor) {
    cursors.remove(cursor);
  }

  /** Delivers a new event to all subscribers. */
  public void broadcast(StateBytes event) {
    if (held.size() == MAX_HELD) {
      held.subList(0, MAX_HELD / 2).clear();
    }
    held.add(event);
    end++;
    List.copyOf(cursors).forEach(cursor -> cursor.subscriber().drain(cursor));
  }

  void countSkipped(long events) {
    skipped.increment((double) events);
  }

  /** Returns the number of the oldest event that is held. */
  long firstHeld() {
    return end - held.size();
  }

  /** Returns the number of the event after the newest. */
  long end() {
    return end;
  }

  StateBytes held(long number) {
    return held.get((int) (number - firstHeld()));
  }
}
