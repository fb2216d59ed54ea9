package io.muster.api.state;

/** A subscriber of the fleet state. Called on the event loop of its connection only. */
public interface StateSubscriber {
  /** Takes the newest state or change from its cursor, if it can. Must not block. */
  void drain(StateCursor cursor);

  /** Called each second, after which the cursor is not drained by itself. */
  void onSecondElapsed(StateCursor cursor);

  /** Ends the stream because the node is stopping. */
  void close();
}
