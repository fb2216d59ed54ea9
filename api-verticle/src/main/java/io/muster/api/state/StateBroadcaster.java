package io.muster.api.state;

import io.muster.api.stream.DirectBufferCache;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Delivers the fleet state to the subscribers of one event loop, and calls them every second.
 * Confined to its event loop.
 */
public final class StateBroadcaster {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final FleetStatePublisher publisher;
  private final DirectBufferCache buffers;
  private final StateMetrics metrics;
  private final Set<StateCursor> cursors = new LinkedHashSet<>();
  private long secondTimer = NO_TIMER;
  private boolean closed;

  /**
   * Creates a broadcaster.
   *
   * @param buffers the buffer cache of the streams of this event loop
   */
  public StateBroadcaster(
      Vertx vertx, FleetStatePublisher publisher, DirectBufferCache buffers, StateMetrics metrics) {
    this.vertx = vertx;
    this.publisher = publisher;
    this.buffers = buffers;
    this.metrics = metrics;
  }

  /** Starts the timer of one second, on the caller's context. */
  public void start() {
    secondTimer = vertx.setPeriodic(1000, timer -> onSecondElapsed());
  }

  /** Returns true if a subscriber may continue from this position. */
  public boolean covers(StatePosition position) {
    return publisher.current().covers(position);
  }

  /**
   * Adds a subscriber; after {@link #close} the subscriber is closed immediately.
   *
   * @param position position from which it continues, if that is covered; empty for one that starts
   *     with the full state
   */
  public StateCursor subscribe(StateSubscriber subscriber, Optional<StatePosition> position) {
    var state = publisher.current();
    var cursor = new StateCursor(subscriber, state, position.filter(state::covers), metrics);
    if (closed) {
      subscriber.close();
      cursor.close();
    } else {
      cursors.add(cursor);
    }
    return cursor;
  }

  /** Removes a subscriber that has disconnected. */
  public void unsubscribe(StateCursor cursor) {
    cursor.close();
    cursors.remove(cursor);
  }

  /** Drains the cursor of a subscriber that is writable again. */
  public void resume(StateCursor cursor) {
    cursor.drain();
  }

  /** Delivers a new state to all subscribers. */
  public void broadcast(FleetState state) {
    buffers.shareCopies(() -> List.copyOf(cursors).forEach(cursor -> cursor.offer(state)));
  }

  /** Closes every subscriber, and from now on each new one. */
  public void close() {
    closed = true;
    vertx.cancelTimer(secondTimer);
    for (var cursor : List.copyOf(cursors)) {
      cursor.subscriber().close();
      unsubscribe(cursor);
    }
  }

  private void onSecondElapsed() {
    buffers.shareCopies(
        () -> List.copyOf(cursors).forEach(cursor -> cursor.subscriber().onSecondElapsed(cursor)));
  }
}
