package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMessage;
import io.muster.api.bridge.OutboundAddress;
import io.muster.api.state.StateBroadcaster;
import io.muster.api.state.StateBytes;
import io.muster.api.state.StateCursor;
import io.muster.api.state.StateSubscriber;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * The address {@code muster.fleet}: the full fleet state, then its changes, as {@code
 * /events?view=fleet} sends them. Confined to one event loop.
 */
public final class FleetAddress implements OutboundAddress {
  private static final String ADDRESS = "muster.fleet";

  private final StateBroadcaster states;

  /** The messages of the states that are in use; their bytes are compared by identity. */
  private final Map<StateBytes, BridgeMessage> messages = new WeakHashMap<>();

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
    return new FleetRegistration(cursor);
  }

  private BridgeMessage message(StateBytes bytes) {
    return messages.computeIfAbsent(
        bytes, state -> BridgeMessage.received(ADDRESS, Buffer.buffer(state.json())));
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

  private final class FleetRegistration implements SessionRegistration {
    private final StateCursor cursor;

    FleetRegistration(StateCursor cursor) {
      this.cursor = cursor;
    }

    @Override
    public Optional<BridgeMessage> next() {
      return cursor.take().map(FleetAddress.this::message);
    }

    @Override
    public void close() {
      states.unsubscribe(cursor);
    }
  }
}
