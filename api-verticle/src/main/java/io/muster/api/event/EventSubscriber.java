package io.muster.api.event;

/** A subscriber of fleet events. Called on the event loop of its connection only. */
public interface EventSubscriber {
  /** Takes the next events from its cursor, if it can. Must not block. */
  void drain(FleetEventCursor cursor);
}
