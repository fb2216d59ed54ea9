package io.muster.api.bridge.address;

import io.muster.api.bridge.OutboundAddress;
import io.muster.api.state.StateBroadcaster;
import io.muster.api.state.StateCursor;
import io.muster.api.state.StateSubscriber;
import java.util.Optional;

/**
 * The address {@code muster.fleet}: the full fleet state, then its changes, as {@code
 * /events?view=fleet} sends them. Confined to one event loop.
 */
public final class FleetAddress implements OutboundAddress {
  private static final String ADDRESS = "muster.fleet";

  private final StateBroadcaster states;
  private final SharedMessages messages = new SharedMessages(ADDRESS);

  public FleetAddress(StateBroadcaster states) {
    this.states = states;
  }

  @Override
  public boolean matches(String address) {
    return address.equals(ADDRESS);
  }

  @Override
  public SessionRegistration register(String address, Runnable onReady) {
    var cursor = states.subscribe(new SessionSubscriber(onReady), Optional.empty());
    onReady.run();
    return new CursorRegistration(
        () -> cursor.take().map(messages::message), () -> states.unsubscribe(cursor));
  }

  /** The session takes its next state when it is writable; its bridge closes it. */
  private record SessionSubscriber(Runnable onReady) implements StateSubscriber {
    @Override
    public void drain(StateCursor cursor) {
      onReady.run();
    }

    @Override
    public void onSecondElapsed(StateCursor cursor) {}

    @Override
    public void close() {}
  }
}
