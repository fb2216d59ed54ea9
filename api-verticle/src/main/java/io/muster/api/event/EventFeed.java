package io.muster.api.event;

import io.muster.api.state.StateBytes;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.json.WireJson;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The fleet events that this node receives, encoded once for all event loops. Confined to the owner
 * context, except where noted.
 */
public final class EventFeed {
  /** Name of the server-sent event. */
  private static final String EVENT_NAME = "change";

  private final EventMetrics metrics;
  private final List<Consumer<StateBytes>> subscriptions = new CopyOnWriteArrayList<>();

  EventFeed(EventMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * Adds a subscription to all following events, which is called on the owner context. Safe for use
   * by any thread.
   */
  public void subscribe(Consumer<StateBytes> subscription) {
    subscriptions.add(subscription);
  }

  /** Creates the broadcaster of one event loop, which must be subscribed. */
  public EventBroadcaster createBroadcaster() {
    return new EventBroadcaster(metrics.skipped());
  }

  /** Delivers events to all subscriptions. */
  void publish(List<FleetEvent> events) {
    for (var event : events) {
      metrics.count(event);
      var bytes = StateBytes.withoutPosition(EVENT_NAME, WireJson.bytes(event));
      subscriptions.forEach(subscription -> subscription.accept(bytes));
    }
  }

  void close() {
    subscriptions.clear();
  }
}
