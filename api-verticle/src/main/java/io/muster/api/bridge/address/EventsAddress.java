package io.muster.api.bridge.address;

import io.muster.api.bridge.BridgeMessage;
import io.muster.api.bridge.OutboundAddress;
import io.muster.api.event.EventBroadcaster;
import io.muster.api.event.FleetEventCursor;
import java.util.Optional;

/**
 * The address {@code muster.events}: each fleet event that follows, as the event {@code change} of
 * {@code /events?view=fleet} has it. Confined to one event loop.
 */
public final class EventsAddress implements OutboundAddress {
  private static final String ADDRESS = "muster.events";

  private final EventBroadcaster events;
  private final SharedMessages messages = new SharedMessages(ADDRESS);

  public EventsAddress(EventBroadcaster events) {
    this.events = events;
  }

  @Override
  public boolean matches(String address) {
    return address.equals(ADDRESS);
  }

  @Override
  public SessionRegistration register(String address, Runnable onReady) {
    var cursor = events.subscribe(ready -> onReady.run());
    return new CursorRegistration(() -> nextMessage(cursor), () -> events.unsubscribe(cursor));
  }

  private Optional<BridgeMessage> nextMessage(FleetEventCursor cursor) {
    return cursor.take().map(event -> messages.messageAfterSkipped(event, cursor.takeSkipped()));
  }
}
